import { describe, expect, test } from 'vitest';
import { compileTexts, templateFiles } from './support/release.ts';

function problemsOf(files: Readonly<Record<string, string>>): Promise<string> {
  return compileTexts({ ...templateFiles, ...files }).then(
    () => '',
    (error: unknown) => String(error),
  );
}

test('good templates compile, and equal templates have an equal hash', async () => {
  const first = await compileTexts(templateFiles);
  expect(first.templates.map(({ source }) => source)).toEqual(
    Object.keys(templateFiles).toSorted(),
  );
  expect((await compileTexts(templateFiles)).hash).toBe(first.hash);
  expect((await compileTexts({ ...templateFiles, 'common/a.hbs': 'a' })).hash).not.toBe(first.hash);
});

describe('the build stops, with the place', () => {
  test.for([
    ['a mistyped name', 'x\n  {{nmae}}', 'stt/a.ts.hbs:2:5 unknown name "nmae"'],
    ['a mistyped field', '{{json ranges.cor}}', 'stt/a.ts.hbs:1:8 unknown name "ranges.cor"'],
    ['an object', '{{json ranges}}', 'unknown name "ranges"'],
    ['a mistyped condition', '{{#if typo}}{{/if}}', 'stt/a.ts.hbs:1:7 unknown name "typo"'],
    ['an unknown helper', '{{upper name}}', 'stt/a.ts.hbs:1:3 unknown helper "upper"'],
    ['an unknown block', '{{#with name}}{{/with}}', 'unknown block "with"'],
    ['a helper without its value', '{{json}}', 'unknown name "json"'],
    [
      'a name of the outer context in a loop',
      '{{#each types}}{{nmae}}{{/each}}',
      'unknown name "nmae"',
    ],
    ['a name in an else', '{{#if scope}}{{else}}{{nmae}}{{/if}}', 'unknown name "nmae"'],
    ['a partial', '{{> footer}}', 'no partials'],
    ['a literal', '/{{2}}/', 'a literal is not a variable'],
    ['a workflow expression', 'on: ${{ github.ref }}', 'stt/a.ts.hbs:1:5 "${{" renders as "$"'],
    ['a syntax error', 'a\n{{#if scope}}', 'stt/a.ts.hbs:2:1'],
    ['a carriage return', 'a\r\n', 'a carriage return'],
  ])('%s', async ([, text = '', problem]) => {
    expect(await problemsOf({ 'stt/a.ts.hbs': text })).toContain(problem);
  });

  test.for([
    ['a file without .hbs', { 'common/.npmrc': '' }, 'common/.npmrc: every template ends in .hbs'],
    ['a folder of no type', { 'sst/a.hbs': '' }, 'sst/a.hbs: neither in common/'],
    [
      'a path twice',
      { 'stt/package.json.hbs': '{}' },
      'stt/package.json.hbs: makes the same file as common/package.json.hbs',
    ],
    ['a mistyped name in a path', { 'stt/{{nmae}}.ts.hbs': '' }, 'unknown name "nmae"'],
  ] as const)('%s', async ([, files, problem]) => {
    expect(await problemsOf(files)).toContain(problem);
  });
});
