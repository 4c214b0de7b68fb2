import { STTErrorEvent, type LLM as AnyLLM } from '@vision-agents/core';
import { inRealTime, recordings } from '@vision-agents/testkit';
import { describe, expect, it } from 'vitest';
import {
  ChatCompletionsLLM,
  ChatCompletionsVLM,
  LLM,
  RealtimeSTT,
  STT,
  TTS,
} from '../src/index.ts';

const variable = 'OPENAI_API_KEY';

// Runs against the real service, and only when its key is set.
describe.runIf(process.env[variable])('the real service', { timeout: 60_000 }, () => {
  it.each<[name: string, create: () => AnyLLM]>([
    ['LLM', () => new LLM()],
    ['ChatCompletionsLLM', () => new ChatCompletionsLLM()],
    ['ChatCompletionsVLM', () => new ChatCompletionsVLM()],
  ])('answers, and calls functions: %s', async (_name, create) => {
    await using llm = create();
    llm.setInstructions('Answer with one word.');
    llm.registerFunction({
      name: 'get_password',
      description: 'The password of the day',
      execute: () => 'Zanzibar',
    });
    let text = '';
    for await (const item of llm.simpleResponse('What is the password of the day?'))
      if (item.type === 'delta') text += item.delta;
    expect(text).toContain('Zanzibar');
  });

  it('speaks', async () => {
    await using tts = new TTS();
    let audioMs = 0;
    let loudest = 0;
    for await (const { pcm } of tts.send('Hello, I am your new voice.')) {
      audioMs += pcm?.durationMs ?? 0;
      for (const sample of pcm?.samples ?? []) loudest = Math.max(loudest, Math.abs(sample));
    }
    // Noise at a wrong rate, or in a wrong format, is far longer, shorter or louder than a voice.
    expect(audioMs).toBeGreaterThan(800);
    expect(audioMs).toBeLessThan(6_000);
    expect(loudest).toBeGreaterThan(500);
  });

  it.each([STT, RealtimeSTT])('hears real speech: %o', async (Hearing) => {
    const stt = new Hearing();
    const errors: string[] = [];
    stt.events.on(
      STTErrorEvent,
      ({ error }) => void errors.push(`${error.kind}: ${error.message}`),
    );
    await stt.start();
    for await (const chunk of inRealTime(recordings.ada.pcm(48_000))) stt.send(chunk);
    await stt.close();
    expect(errors).toEqual([]);
    const output = await stt.output.collect();
    const heard = output.map((item) => (item.type === 'transcript' ? item.text : '')).join(' ');
    expect(heard.toLowerCase()).toContain('book a table');
  });
});
