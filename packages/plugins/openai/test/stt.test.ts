import { STTErrorEvent, type ProviderError, type STTOutput } from '@vision-agents/core';
import { describeSTT, recordings, VirtualClock } from '@vision-agents/testkit';
import OpenAI from 'openai';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { plugin, STT } from '../src/index.ts';
import { TEST_KEY, testOptions } from './support/fake-chat.ts';
import { FakeTranscriptions } from './support/fake-transcriptions.ts';

// What every speech-to-text plugin keeps to.
describeSTT({
  create: (provider) => new STT(testOptions(provider)),
  provider: new FakeTranscriptions(),
});

// What is particular to this one.
describe('what is particular to this plugin', () => {
  const server = new FakeTranscriptions();
  const made: STT[] = [];
  const [first, second] = recordings.ada.sentences;
  const sentence = recordings.ada.pcm().slice(0, 3_073);
  const participant = { id: 'p-1', userId: 'ada' };

  async function create(input: ConstructorParameters<typeof STT>[0] = {}): Promise<STT> {
    const stt = new STT({ ...testOptions(server), ...input });
    made.push(stt);
    await stt.start();
    return stt;
  }

  beforeEach(() => server.start());
  afterEach(async () => {
    await Promise.all(made.splice(0).map((stt) => stt.close()));
    await server.stop();
  });

  /** All that comes out of one sentence. */
  async function hear(stt: STT): Promise<STTOutput[]> {
    stt.send(sentence, participant);
    await stt.close();
    return stt.output.collect();
  }

  it('is what the package provides', () => {
    expect(plugin.provides.stt).toBe(STT);
  });

  it('puts out the words as they come, and how sure the model is', async () => {
    const stt = await create({
      model: 'gpt-4o-transcribe',
      language: 'en',
      prompt: 'A restaurant.',
    });
    const output = await hear(stt);
    const [final] = output.splice(-1);
    expect(final).toMatchObject({ mode: 'final', text: first?.text, language: 'en', participant });
    expect(Reflect.get(Object(final), 'confidence')).toBeCloseTo(0.9);
    expect(output.length).toBeGreaterThan(3);
    for (const [index, partial] of output.entries())
      expect(partial).toMatchObject({
        mode: 'partial',
        text: first?.text
          .split(' ')
          .slice(0, index + 1)
          .join(' '),
        turnId: final?.turnId,
        participant,
      });
    const form = await server.requests[0]?.form();
    const { file, ...fields } = Object.fromEntries(form ?? []);
    expect(file).toBeInstanceOf(File);
    expect(fields).toEqual({
      model: 'gpt-4o-transcribe',
      response_format: 'json',
      language: 'en',
      prompt: 'A restaurant.',
      'include[]': 'logprobs',
      stream: 'true',
    });
    server.assertDone();
  });

  it('tells the newest model of languages and words, and what it has heard', async () => {
    const [heard] = (await hear(await create())).splice(-1);
    expect(heard).toMatchObject({ mode: 'final', text: first?.text, language: 'en' });
    const keywords = ['table', 'Ada'];
    await hear(await create({ language: 'de', keywords }));
    const form = await server.requests[1]?.form();
    expect([form?.getAll('languages[]'), form?.getAll('keywords[]')]).toEqual([['de'], keywords]);
    expect(form?.get('model')).toBe('gpt-transcribe');
    server.assertDone();
  });

  it.each([
    ['gpt-transcribe', false],
    ['whisper-1', undefined],
    ['whisper-1', true],
    ['large-v3', undefined],
    ['gpt-4o-transcribe', false],
  ])('takes the whole answer of %s (stream: %s)', async (model, stream) => {
    const output = await hear(await create({ model, stream }));
    expect(output).toMatchObject([{ mode: 'final', text: first?.text }]);
    server.assertDone();
  });

  it('puts out nothing of a later sentence before an earlier one is over', async () => {
    const stt = await create();
    server.holdAfter = 2;
    stt.send(recordings.ada.pcm(), participant);
    await server.changes.until('both are asked for', () => server.requests.length === 2);
    server.holdAfter = Infinity;
    server.release();
    await stt.close();
    const output = await stt.output.collect();
    const turns = new Map<string, string[]>();
    for (const item of output)
      if (item.type === 'transcript')
        turns.set(item.turnId, [...(turns.get(item.turnId) ?? []), `${item.mode} ${item.text}`]);
    expect([...turns.values()].map((items) => items.at(-1))).toEqual([
      `final ${first?.text}`,
      `final ${second?.text}`,
    ]);
    for (const [index, items] of [...turns.values()].entries())
      for (const item of items) {
        const text = item.replace(/^\w+ /, '');
        expect([first, second][index]?.text.startsWith(text)).toBe(true);
      }
  });

  it.each(['cut', 'stop', 'error'] as const)(
    'keeps the words that were put out of an answer that is broken off (%s), and says why',
    async (ending) => {
      const stt = await create();
      const errors: ProviderError[] = [];
      stt.events.on(STTErrorEvent, ({ error }) => void errors.push(error));
      server.ending = ending;
      const output = await hear(stt);
      expect(output.at(-1)).toMatchObject({ mode: 'final', text: first?.text });
      expect(errors).toMatchObject([{ provider: 'openai', retryable: true }]);
    },
  );

  it('a silence of 30 s is a timeout', async () => {
    const clock = new VirtualClock();
    const stt = new STT(testOptions(server));
    made.push(stt);
    stt.useClock(clock);
    await stt.start();
    const told = stt.events.once(STTErrorEvent);
    server.holdAfter = 0;
    stt.send(recordings.ada.pcm(), participant);
    await server.changes.until('it is asked', () => server.requests.length > 0);
    const { error } = await clock.until(told, { limitMs: 31_000, stepMs: 1_000 });
    expect(error).toMatchObject({ kind: 'timeout' });
  });

  it('hears with a client that is there already, and without a key elsewhere', async () => {
    const client = new OpenAI({ apiKey: TEST_KEY, baseURL: `${server.url}/v1`, maxRetries: 0 });
    const stt = await create({ apiKey: undefined, baseUrl: undefined, client });
    expect((await hear(stt)).at(-1)).toMatchObject({ mode: 'final', text: first?.text });
    const other = await create({ apiKey: undefined });
    expect(await hear(other)).toEqual([]);
    expect(server.requests.at(-1)?.headers.get('authorization')).toBe('Bearer none');
  });

  it('cuts utterances as it is told', async () => {
    const stt = await create({ segmentation: { silenceMs: 100, by: 'energy' } });
    expect(stt.segmentation).toMatchObject({ silenceMs: 100, maxMs: 30_000 });
  });
});
