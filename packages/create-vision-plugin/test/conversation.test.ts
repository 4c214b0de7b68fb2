/** The example that a plugin of ears, a mind and a voice has: from a recording to a WAV file with the answer in it. */
import { readdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runCli, runNode } from './support/cli.ts';
import { makeWorkspace } from './support/workspace.ts';
import type { TemporaryWorkspace } from './support/workspace.ts';

const repository = join(import.meta.dirname, '..', '..', '..');
const acme = 'packages/plugins/acme';
const question =
  'Good morning, I would like to book a table for two. Friday evening at seven works best.';
const answer = 'Let me see. I have table number 12. Shall I keep it?';

/** A workspace with this repository's core and testkit. */
async function makePlugin(...commands: readonly (readonly string[])[]) {
  const workspace = await makeWorkspace();
  await symlink(join(repository, 'node_modules'), workspace.path('node_modules'));
  for (const args of commands) {
    const made = await runCli(workspace.root, [...args, '--json']);
    expect(made).toMatchObject({ exitCode: 0 });
  }
  return workspace;
}

/** What the tones of a file say. */
async function readAloud(workspace: TemporaryWorkspace, file: string): Promise<string> {
  const script = `
    import { readFileSync } from 'node:fs';
    import { PcmData } from '@vision-agents/core';
    import { readToneSpeech } from '@vision-agents/testkit';
    const pcm = PcmData.fromWav(readFileSync(process.env.WAV));
    const { sampleRate, channels } = pcm;
    process.stdout.write(JSON.stringify({ sampleRate, channels, text: readToneSpeech(pcm) }));`;
  const args = ['--input-type=module', '--eval', script];
  const run = await runNode(workspace.path(acme), args, { WAV: workspace.path(file) });
  expect(run).toMatchObject({ exitCode: 0, stderr: '' });
  return run.stdout;
}

async function expectConversation(workspace: TemporaryWorkspace): Promise<void> {
  const cwd = workspace.path(acme);
  const run = await runNode(cwd, ['example/converse.ts', 'answer.wav'], {
    INIT_CWD: workspace.root,
  });
  expect(run).toMatchObject({ exitCode: 0, stderr: '' });
  expect(run.stdout).toContain(` heard    ${question}\n`);
  expect(run.stdout).toContain(' called   find_table: number 12\n');
  expect(run.stdout).toContain(` answer   ${answer}\n`);
  for (const step of ['hearing', 'answering', 'speaking', 'first text', 'first audio'])
    expect(run.stdout).toMatch(new RegExp(`\n${step} +\\d+ ms `));
  expect(JSON.parse(await readAloud(workspace, 'answer.wav'))).toEqual({
    sampleRate: 16_000,
    channels: 1,
    text: answer,
  });
}

const make = (transport: string): string[] => [
  'acme',
  '--type',
  'stt,tts,llm',
  '--transport',
  transport,
];

// Each takes as long as the recording, and little else.
describe.concurrent('from a recording to a file with the answer', { timeout: 60_000 }, () => {
  test.for([
    'stt=ws,tts=ws,llm=openai-compatible',
    'stt=http,tts=http,llm=http',
    'stt=sdk,tts=sdk,llm=sdk',
    'stt=worker,tts=http,llm=openai-compatible',
  ])('%s', async (transport) => {
    await using workspace = await makePlugin(make(transport));
    await expectConversation(workspace);
  });

  test('also when the voice was added later', async () => {
    await using workspace = await makePlugin(
      ['acme', '--type', 'stt,llm'],
      ['add', 'tts', '--to', acme],
    );
    expect(await workspace.read(`${acme}/README.md`)).toContain('\n## Conversation\n');
    await expectConversation(workspace);
  });
});

test('a plugin without a voice has no such example', async () => {
  await using workspace = await makePlugin(['acme', '--type', 'stt,llm']);
  expect(await readdir(workspace.path(`${acme}/example`))).toEqual(['chat.ts', 'listen.ts']);
  expect(await workspace.read(`${acme}/README.md`)).not.toContain('Conversation');
});
