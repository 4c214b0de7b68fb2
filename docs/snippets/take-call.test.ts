import { textOf, type PcmData } from '@vision-agents/core';
import { FakeChatServer, inRealTime, recordings } from '@vision-agents/testkit';
import { expect, it } from 'vitest';
import { LLM } from './acme-llm.ts';
import { AcmeProvider } from './acme-provider.ts';
import { STT } from './acme-stt.ts';
import { AcmeTTSProvider } from './acme-tts-provider.ts';
import { TTS } from './acme-tts.ts';
import { takeCall } from './take-call.ts';

const apiKey = 'acme-test-key';

it('answers each sentence, and is interrupted by the next', { timeout: 20_000 }, async () => {
  const ears = new AcmeProvider();
  const mind = new FakeChatServer({ apiKey, path: '/chat/completions' });
  const voice = new AcmeTTSProvider();
  await Promise.all([ears.start(), mind.start(), voice.start()]);
  mind.reply({ text: 'A table for two is free. When do you come?' });
  mind.reply({ text: 'It is yours.' });
  const next = Promise.withResolvers<void>();
  const played: PcmData[] = [];
  // The first answer takes longer to hear than the speaker is silent.
  const play = async (pcm: PcmData): Promise<void> => {
    played.push(pcm);
    if (mind.prompts.length === 1) await next.promise;
  };
  const call = (async function* speak() {
    const participant = { id: '1', userId: 'ada', name: 'Ada' };
    let atMs = 0;
    for await (const pcm of inRealTime(recordings.ada.pcm())) {
      yield { pcm, participant };
      atMs += pcm.durationMs;
      if (atMs > 5_000) next.resolve(); // in the middle of the second sentence
    }
  })();
  const stt = new STT({ baseUrl: ears.url, apiKey });
  const llm = new LLM({ baseUrl: mind.url, apiKey });
  const tts = new TTS({ baseUrl: voice.url, apiKey });
  await takeCall(call, { stt, llm, tts, play });

  const [first, second] = recordings.ada.sentences.map(({ text }) => text);
  const said = llm.conversation.messages.map(textOf);
  expect([said[0], ...said.slice(-2)]).toEqual([first, second, 'It is yours.']);
  expect(said).not.toContain('A table for two is free. When do you come?');
  expect(played.length).toBeGreaterThan(1);
  expect([stt.closed, llm.closed, tts.closed]).toEqual([true, true, true]);
  mind.assertDone();
  await Promise.all([ears.stop(), mind.stop(), voice.stop()]);
});
