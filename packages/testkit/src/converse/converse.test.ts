import { PcmData, ProviderError } from '@vision-agents/core';
import { describe, it } from 'vitest';
import { ReferenceLLM } from '../../test/reference/reference-llm.ts';
import { REFERENCE_KEY, ReferenceProvider } from '../../test/reference/reference-provider.ts';
import { ReferenceSTT } from '../../test/reference/reference-stt.ts';
import { ReferenceSpeechServer, ReferenceTTS, TTS_KEY } from '../../test/tts/reference-http.ts';
import { ReferenceSocketTTS, ReferenceTTSProvider } from '../../test/tts/reference-socket.ts';
import { FakeChatServer } from '../fake/index.ts';
import { readToneSpeech, recordings } from '../speech/index.ts';
import { converse } from './converse.ts';

/** The first sentence, and the pause after it. */
const question = recordings.ada.sentences[0]?.text ?? '';
const recording = recordings.ada.pcm(48_000).slice(0, 3_600);

/** Plugins on fakes of their own, so that the tests, which take as long as the speech, need not wait for each other. */
async function makeBench({ Provider = ReferenceSpeechServer, Plugin = ReferenceTTS }: Voice = {}) {
  const ears = new ReferenceProvider();
  const mind = new FakeChatServer({ apiKey: REFERENCE_KEY });
  const provider = new Provider();
  const servers = [ears, mind, provider];
  for (const server of servers) await server.start();
  const stt = new ReferenceSTT({ baseUrl: ears.url, apiKey: REFERENCE_KEY });
  const llm = new ReferenceLLM({ baseUrl: `${mind.url}/v1`, apiKey: REFERENCE_KEY });
  const tts = new Plugin({ baseUrl: provider.url, apiKey: TTS_KEY });
  const lines: string[] = [];
  return {
    mind,
    provider,
    plugins: { stt, llm, tts },
    lines,
    print: (line: string) => void lines.push(line),
    async [Symbol.asyncDispose]() {
      for (const server of servers) await server.stop();
    },
  };
}

interface Voice {
  Provider?: typeof ReferenceSpeechServer | typeof ReferenceTTSProvider;
  Plugin?: typeof ReferenceTTS | typeof ReferenceSocketTTS;
}

describe.concurrent.each([
  {
    voice: 'that takes whole texts',
    Provider: ReferenceSpeechServer,
    Plugin: ReferenceTTS,
    texts: ['Let me see. ', 'Table 7 is free. ', 'Shall I book it?'],
  },
  {
    voice: 'that takes text as it comes',
    Provider: ReferenceTTSProvider,
    Plugin: ReferenceSocketTTS,
    texts: ['Let me see. Table 7 is free. Shall I book it?'],
  },
])('a conversation with a voice $voice', ({ Provider, Plugin, texts }) => {
  it('goes from speech to speech, by what a function found out', async ({ expect }) => {
    await using bench = await makeBench({ Provider, Plugin });
    const { mind, provider, plugins, lines, print } = bench;
    plugins.llm.registerFunction({
      name: 'find_table',
      description: 'A free table',
      execute: () => 7,
    });
    mind.reply({ text: 'Let me see.', toolCalls: [{ name: 'find_table' }] });
    mind.reply({
      text: ({ messages }) => `Table ${messages.at(-1)?.text ?? 'none'} is free. Shall I book it?`,
    });

    const { speech, ...said } = await converse(plugins, recording, { print });

    const answer = texts.join('');
    expect(said).toEqual({ question, answer });
    expect(readToneSpeech(PcmData.fromWav(speech.toWav()))).toBe(answer);
    // Where the space between two sentences goes depends on how long the function takes.
    expect(provider.voice.texts.map((text) => text.trim())).toEqual(
      texts.map((text) => text.trim()),
    );
    expect(provider.voice.texts.join('')).toBe(answer);
    expect(lines.map((line) => line.replace(/^ +[\d.]+ s {2}/, ''))).toEqual(
      expect.arrayContaining([
        'speech   begins, 3.6 s of it',
        `final    ${question}`,
        `heard    ${question}`,
        'text     begins: "Let"',
        'called   find_table: 7',
        `answer   ${answer}`,
        'audio    begins',
        `spoken   ${(speech.durationMs / 1_000).toFixed(1)} s of audio`,
      ]),
    );
    expect(lines.at(-1)).toMatch(/^first audio +\d+ ms {2}after the question was heard$/);
    expect(Object.values(plugins).map(({ closed }) => closed)).toEqual([true, true, true]);
    provider.assertDone();
  });
});

it.concurrent('begins to speak while the model is still answering', async ({ expect }) => {
  await using bench = await makeBench();
  const { mind, provider, plugins, print } = bench;
  mind.reply({ text: 'First this. And then that.', holdAfter: 3 });
  const conversing = converse(plugins, recording, { print });
  await provider.changes.until('the first sentence was spoken', () => provider.voice.completed > 0);
  expect(provider.voice.texts).toEqual(['First this. ']);
  mind.release();
  expect((await conversing).answer).toBe('First this. And then that.');
});

it.concurrent('fails when the voice does, and closes everything', async ({ expect }) => {
  await using bench = await makeBench();
  const { mind, provider, plugins, lines, print } = bench;
  mind.reply({ text: 'First this. And then that.' });
  provider.voice.error('the voice is gone', { afterMs: 100 });
  await expect(converse(plugins, recording, { print })).rejects.toThrow(ProviderError);
  expect(lines.join('\n')).toContain('error    ');
  expect(Object.values(plugins).map(({ closed }) => closed)).toEqual([true, true, true]);
});

it.concurrent('says so when nothing was heard', async ({ expect }) => {
  await using bench = await makeBench();
  const { plugins, print } = bench;
  const silence = PcmData.silence(100, { sampleRate: 16_000, channels: 1, format: 's16' });
  await expect(converse(plugins, silence, { print })).rejects.toThrow('Nothing was heard');
  expect(plugins.tts.closed).toBe(true);
});
