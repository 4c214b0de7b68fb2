import * as fc from 'fast-check';
import { builtinModules } from 'node:module';
import { describe, expect, test } from 'vitest';
import {
  classPrefixPattern,
  envPrefixPattern,
  isDisplayName,
  parseName,
  slugPattern,
} from '../src/names.ts';
import type { ParsedName } from '../src/names.ts';

function accepted(input: string): ParsedName {
  const result = parseName(input);
  if (!result.ok) throw new Error(result.problem.message);
  return result.name;
}

describe('what a name becomes', () => {
  test.for([
    ['acme', 'acme', 'Acme', 'Acme', 'ACME'],
    ['OpenAI', 'openai', 'OpenAI', 'OpenAI', 'OPENAI'],
    ['ElevenLabs', 'elevenlabs', 'ElevenLabs', 'ElevenLabs', 'ELEVENLABS'],
    ['Acme AI', 'acme-ai', 'Acme AI', 'AcmeAI', 'ACME_AI'],
    ['acme-ai', 'acme-ai', 'Acme Ai', 'AcmeAi', 'ACME_AI'],
    ['GPT-4o', 'gpt-4o', 'GPT-4o', 'GPT4o', 'GPT_4O'],
    ['my_provider', 'my-provider', 'my_provider', 'MyProvider', 'MY_PROVIDER'],
    ['  acme ', 'acme', 'Acme', 'Acme', 'ACME'],
  ])('%s', ([input = '', slug, displayName, classPrefix, envPrefix]) => {
    expect(accepted(input)).toMatchObject({ slug, displayName, classPrefix, envPrefix });
  });

  test('a scope stays out of the identifiers', () => {
    expect(accepted('@acme-corp/speech')).toMatchObject({
      scope: 'acme-corp',
      slug: 'speech',
      classPrefix: 'Speech',
    });
  });
});

test('a module of Node.js is no name of a plugin, but can be a word of one', () => {
  expect(parseName('Stream')).toEqual({
    ok: false,
    problem: {
      code: 'E_NAME_RESERVED',
      message: '"stream" is reserved: it is a module of Node.js.',
      suggestion: { name: 'acme-stream', displayName: 'Stream' },
    },
  });
  expect(parseName('@acme/test')).toMatchObject({
    problem: { code: 'E_NAME_RESERVED', suggestion: { name: '@acme/acme-test' } },
  });
  const names = builtinModules.filter((name) => slugPattern.test(name));
  expect(names.length).toBeGreaterThan(30);
  for (const name of names) expect(parseName(name)).toMatchObject({ ok: false });
  expect(accepted('Get Stream').slug).toBe('get-stream');
});

describe('what cannot be a name', () => {
  test.for([
    ['', 'acme'],
    ['  ', 'acme'],
    ['@corp/ ', '@corp/acme'],
    ['..', 'my-provider'],
    ['🚀', 'my-provider'],
    ['日本語', 'my-provider'],
    ['ünïcode', 'unicode'],
    ['A\u0301cme', 'acme'],
    ['İstanbul', 'istanbul'],
    ['ﬁsh', 'fish'],
    ['3d-model', 'three-d-model'],
    ['11labs', 'eleven-labs'],
    ['42', 'n42'],
    ['a--b', 'a-b'],
    ['-acme', 'acme'],
    ['../../etc', 'etc'],
    ['acme/stt', 'acme-stt'],
    ['plugin-acme', 'acme'],
    ['@vision-agents/plugin-acme', '@vision-agents/acme'],
    ['@Acme/speech', '@acme/speech'],
    ['@/speech', 'speech'],
    ['a'.repeat(51), 'a'.repeat(47)],
  ])('"%s" is refused, "%s" suggested', ([input = '', name]) => {
    const result = parseName(input);
    expect(result).toMatchObject({
      ok: false,
      problem: { code: 'E_NAME_INVALID', suggestion: { name } },
    });
  });

  test.for([
    'node_modules',
    'con',
    'LPT1',
    'add',
    'update',
    'list',
    'stt',
    'turn-detection',
    'new',
  ])('"%s" is reserved', (input) => {
    expect(parseName(input)).toMatchObject({ ok: false, problem: { code: 'E_NAME_RESERVED' } });
  });

  test.for(['', '   ', '\t', '@corp/'])('%j is answered with an example', (input) => {
    const message = 'A name is needed, such as acme.';
    expect(parseName(input)).toMatchObject({ ok: false, problem: { message } });
  });

  test('a digit at the start is refused for what cannot start with one', () => {
    const result = parseName('3d-model');
    const message =
      '"3d-model" starts with a digit, and the class prefix and the environment variable made from it cannot.';
    expect(result).toMatchObject({ ok: false, problem: { message } });
  });

  test('a message shows control characters, never sends them to the terminal', () => {
    const result = parseName('ac\u001B[31mme\u202E');
    expect(JSON.stringify(result)).toContain(String.raw`\\u{1b}`);
    expect(JSON.stringify(result)).not.toMatch(/\\u001b|\u202E/);
  });
});

const anyName = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
  fc.stringMatching(/^[A-Za-z0-9@/._ -]{0,60}$/),
  fc.stringMatching(/^[A-Za-z][A-Za-z0-9]{0,12}([ ._-][A-Za-z0-9]{1,8}){0,3}$/),
  fc.constantFrom(
    ...builtinModules,
    'con',
    'nul',
    'favicon.ico',
    'vision-agents-plugin-x',
    'plugin-plugin-',
  ),
);

test('any text is a valid package, identifier and variable, or gets a suggestion that is', () => {
  fc.assert(
    fc.property(anyName, (input) => {
      const result = parseName(input);
      expectUsable(result.ok ? result.name : accepted(result.problem.suggestion.name));
      if (!result.ok && result.problem.suggestion.displayName !== undefined) {
        expect(isDisplayName(result.problem.suggestion.displayName)).toBe(true);
      }
    }),
    { numRuns: 2_000 },
  );
});

function expectUsable({ slug, scope, displayName, classPrefix, envPrefix }: ParsedName): void {
  const packageName =
    scope === undefined ? `vision-agents-plugin-${slug}` : `@${scope}/plugin-${slug}`;
  expect(packageName).toMatch(/^(?:@[a-z0-9-~][a-z0-9-._~]*\/)?[a-z0-9-~][a-z0-9-._~]*$/);
  expect(packageName.length).toBeLessThan(214);
  expect(slug).toMatch(slugPattern);
  expect(slug.length).toBeLessThanOrEqual(50);
  expect(classPrefix).toMatch(classPrefixPattern);
  expect(envPrefix).toMatch(envPrefixPattern);
  expect(isDisplayName(displayName)).toBe(true);
}
