import { textOf, type PcmData } from '@vision-agents/core';
import { FakeChatServer, readToneSpeech } from '@vision-agents/testkit';
import { describe, expect, it } from 'vitest';
import { LLM } from './acme-llm.ts';
import { AcmeTTSProvider } from './acme-tts-provider.ts';
import { TTS } from './acme-tts.ts';
import { AcmeSocketTTSProvider } from './acme-ws-tts-provider.ts';
import { TTS as SocketTTS } from './acme-ws-tts.ts';
import { answerAloud } from './use-tts.ts';

const apiKey = 'acme-test-key';
const question = 'What is there?';
const answer = 'There is soup. There is bread as well.';

describe.each([
  { voice: 'takes text as it comes', Provider: AcmeSocketTTSProvider, Plugin: SocketTTS },
  { voice: 'takes whole texts', Provider: AcmeTTSProvider, Plugin: TTS },
])('a voice that $voice', ({ Provider, Plugin }) => {
  async function makeBench() {
    const mind = new FakeChatServer({ apiKey, path: '/chat/completions' });
    const provider = new Provider();
    await Promise.all([mind.start(), provider.start()]);
    const llm = new LLM({ baseUrl: mind.url, apiKey });
    const tts = new Plugin({ baseUrl: provider.url, apiKey });
    mind.reply({ text: answer });
    return {
      llm,
      tts,
      said: () => llm.conversation.messages.map(textOf),
      async [Symbol.asyncDispose]() {
        await Promise.all([llm.close(), tts.close()]);
        await Promise.all([mind.stop(), provider.stop()]);
      },
    };
  }

  it('says the whole answer', async () => {
    await using bench = await makeBench();
    let heard = '';
    const play = async (pcm: PcmData): Promise<void> => void (heard += readToneSpeech(pcm));
    const { signal } = new AbortController();
    await answerAloud({ ...bench, play }, question, { signal });
    expect(heard.length).toBeGreaterThan(0);
    expect(bench.said()).toEqual([question, answer]);
  });

  it('has the model remember only what was heard', async () => {
    await using bench = await makeBench();
    const abort = new AbortController();
    let playedMs = 0;
    const play = async (pcm: PcmData): Promise<void> => {
      playedMs += pcm.durationMs;
      if (playedMs > 400) abort.abort();
    };
    await answerAloud({ ...bench, play }, question, { signal: abort.signal });
    const [asked, remembered = ''] = bench.said();
    expect(asked).toBe(question);
    expect(remembered.length).toBeGreaterThan(0);
    expect(answer.startsWith(remembered) && remembered !== answer).toBe(true);
  });
});
