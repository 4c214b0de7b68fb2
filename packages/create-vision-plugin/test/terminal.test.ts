import { describe, expect, test } from 'vitest';
import { npm } from './support/npm.ts';
import { Terminal } from './support/terminal.ts';
import { makeWorkspace } from './support/workspace.ts';

describe('in a terminal', () => {
  test('asks for what is missing', async ({ signal }) => {
    await using workspace = await makeWorkspace();
    await using terminal = new Terminal(workspace.root, [], signal);
    await terminal.answer('What is the provider called?', 'Acme AI\r');
    await terminal.answer('What does it provide?', '\r');
    await terminal.answer('How is it reached?', '\u001B[B\r');
    await terminal.answer('Run npm install afterwards?', 'n');
    expect(await terminal.exitCode()).toBe(0);
    expect(await workspace.read('packages/plugins/acme-ai/.vision-plugin.json')).toContain(
      '"classPrefix": "AcmeAI"',
    );
    expect(await workspace.read('packages/plugins/acme-ai/src/stt.ts')).toContain('SegmentedSTT');
  });

  test.for([
    ['\r', 'install'],
    ['n', undefined],
  ] as const)('%j at the install question', async ([keys, installed], { signal }) => {
    await using workspace = await makeWorkspace(npm(0));
    const env = { npm_execpath: workspace.path('npm-cli.js') };
    await using terminal = new Terminal(workspace.root, ['acme', '--type', 'stt'], signal, env);
    await terminal.answer('Run npm install afterwards?', keys);
    expect(await terminal.exitCode()).toBe(0);
    expect(await workspace.read('installed').catch(() => undefined)).toBe(installed);
  });

  test('an empty name is answered with an example', async ({ signal }) => {
    await using workspace = await makeWorkspace();
    await using terminal = new Terminal(workspace.root, ['--type', 'stt', '--no-install'], signal);
    await terminal.answer('What is the provider called?', '\r');
    await terminal.answer('A name is needed, such as acme.', 'acme\r');
    expect(await terminal.exitCode()).toBe(0);
    expect(terminal.screen).not.toContain('Try:');
  });

  test('says what is wrong with an answer, and asks again', async ({ signal }) => {
    await using workspace = await makeWorkspace();
    await using terminal = new Terminal(workspace.root, ['--type', 'stt', '--no-install'], signal);
    await terminal.answer('What is the provider called?', '3d\r');
    await terminal.answer('three-d', '\u007F\u007Facme\r');
    expect(await terminal.exitCode()).toBe(0);
    expect(await workspace.read('packages/plugins/acme/src/stt.ts')).not.toBe('');
  });

  const questions = [
    ['What is the provider called?', 'acme\r'],
    ['What does it provide?', '\r'],
    ['How is it reached?', '\r'],
    ['Run npm install afterwards?', ''],
  ] as const;

  test.for([...questions.keys()])(
    'Ctrl-C at question %i is exit 130, with nothing written',
    async (index, { signal }) => {
      await using workspace = await makeWorkspace();
      const before = await workspace.snapshot();
      await using terminal = new Terminal(workspace.root, [], signal);
      for (const [question, keys] of questions.slice(0, index)) {
        await terminal.answer(question, keys);
      }
      await terminal.answer(questions[index]?.[0] ?? '', '\u0003');
      expect(await terminal.exitCode()).toBe(130);
      expect(terminal.screen).toContain('E_INTERRUPTED');
      expect(await workspace.snapshot()).toEqual(before);
    },
  );

  test('--yes asks nothing there either', async ({ signal }) => {
    await using workspace = await makeWorkspace();
    await using terminal = new Terminal(workspace.root, ['acme', '--yes'], signal);
    expect(await terminal.exitCode()).toBe(2);
    expect(terminal.screen).toContain('missing: --type');
  });
});
