import { describeSTT, recordings } from '@vision-agents/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AcmeJsonProvider } from './acme-json-provider.ts';
import { AcmeLanguageEvent, STT } from './acme-json-stt.ts';
import { figures, observe } from './observe-stt.ts';

const provider = new AcmeJsonProvider();
const create = (): STT => new STT({ baseUrl: provider.url, apiKey: 'acme-test-key' });

describeSTT({ create, provider });

describe('what is particular to it', () => {
  beforeEach(() => provider.start());
  afterEach(() => provider.stop());

  it('tells observers what goes on, and measures', async () => {
    const stt = create();
    const lines: unknown[][] = [];
    observe(stt, (...words: unknown[]) => void lines.push(words));
    const language = Promise.withResolvers<AcmeLanguageEvent>();
    stt.events.on(AcmeLanguageEvent, language.resolve);
    await stt.start();
    stt.send(recordings.ada.pcm().slice(0, 500));
    await provider.expectAudio({ durationMs: 300 });
    await provider.final('Good morning.');
    await provider.error('too many words');
    provider.sessions[0]?.send({ type: 'weather', text: 'fine' });
    provider.sessions[0]?.send({ type: 'language', language: 'en' });
    expect(await language.promise).toMatchObject({ provider: 'acme' });
    await stt.close();

    expect(lines).toEqual([
      ['connected', undefined],
      ['temporary', 'protocol', 'provider', 'acme: too many words'],
      ['language', 'en'],
      ['gone', { clean: true, reason: expect.any(String) }],
    ]);
    const counted = {
      finals: 1,
      meanLatencyMs: 80,
      errors: 1,
      droppedMs: 0,
      unconfirmedMs: 0,
      ignoredMessages: 1,
    };
    expect(figures(stt)).toEqual(counted);
  });

  it('does not go on once the provider refused for good', async () => {
    const stt = create();
    const errors: string[] = [];
    const told = Promise.withResolvers<void>();
    observe(stt, (...words: unknown[]) => {
      errors.push(words.join(' '));
      if (words.includes('permanent')) told.resolve();
    });
    await stt.start();
    stt.send(recordings.ada.pcm().slice(0, 500));
    await provider.expectAudio({ durationMs: 300 });
    provider.sessions[0]?.send({ type: 'failed', code: 'no_such_model', message: 'no such model' });
    await told.promise;
    stt.send(recordings.ada.pcm().slice(500, 1_000));
    await stt.close();
    expect(errors).toContainEqual(
      expect.stringMatching(/^permanent unsupported .*acme: no such model$/),
    );
    expect(provider.requests).toHaveLength(1);
  });
});
