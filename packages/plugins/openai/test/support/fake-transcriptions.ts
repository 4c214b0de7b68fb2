import { MONO_16K } from '@vision-agents/core';
import { FakeTranscriptionServer } from '@vision-agents/testkit';
import type { FakeExchange, FakeHttpRequest, Refusal } from '@vision-agents/testkit';
import type OpenAI from 'openai';
import { TEST_KEY } from './fake-chat.ts';

type Event = OpenAI.Audio.Transcriptions.TranscriptionStreamEvent;

const known = new Set([
  'file',
  'model',
  'language',
  'prompt',
  'response_format',
  'include[]',
  'languages[]',
  'keywords[]',
  'stream',
  'temperature',
]);

/** How likely each token is said to be. */
const LOGPROB = Math.log(0.9);

/**
 * The transcription endpoint of OpenAI, as it answers on the wire: whole or streamed. It is honest: the text is what is
 * heard in the audio of the request.
 */
export class FakeTranscriptions extends FakeTranscriptionServer {
  /** After so many words a stream falls silent, until `release()`; then it goes on, or ends as told. */
  holdAfter = Infinity;
  ending: 'done' | 'cut' | 'stop' | 'error' = 'done';
  readonly #held = new Set<() => void>();

  constructor() {
    super({ format: MONO_16K });
  }

  override async start(): Promise<void> {
    this.holdAfter = Infinity;
    this.ending = 'done';
    await super.start();
  }

  release(): void {
    for (const goOn of this.#held) goOn();
    this.#held.clear();
  }

  protected override authorise({ method, url, headers }: FakeHttpRequest): Refusal | undefined {
    if (headers.get('authorization') !== `Bearer ${TEST_KEY}`) return { status: 401 };
    if (url.pathname !== '/v1/audio/transcriptions') return { status: 404 };
    return method === 'POST' ? undefined : { status: 405 };
  }

  protected override async onRequest(exchange: FakeExchange): Promise<void> {
    const form = await exchange.request.form();
    for (const name of form.keys())
      if (!known.has(name)) throw new Error(`Unknown parameter: '${name}'.`);
    const [file, model] = [form.get('file'), form.get('model')];
    if (!(file instanceof File)) throw new Error('expected a file');
    if (!file.name.endsWith('.wav')) throw new Error(`Unrecognized file format: ${file.name}`);
    if (typeof model !== 'string') throw new Error('you must provide a model parameter');
    if ((form.get('response_format') ?? 'json') !== 'json')
      throw new Error(`response_format is not compatible with model ${model}`);
    const isNewest = model === 'gpt-transcribe';
    if (!isNewest && (form.has('languages[]') || form.has('keywords[]')))
      throw new Error(`languages and keywords are not supported with ${model}`);
    const logprobs = form.get('include[]') === 'logprobs';
    if (logprobs && !model.startsWith('gpt-4o')) throw new Error('logprobs are not supported');
    const answer = await this.transcribe(file);
    if (answer.type === 'error') {
      exchange.json({ error: { message: answer.message, type: 'server_error' } }, { status: 503 });
      return;
    }
    // whisper-1 does not stream, and does not mind being asked.
    if (form.get('stream') === 'true' && model !== 'whisper-1')
      await this.#stream(exchange, answer.text, { logprobs, isNewest });
    else
      exchange.json({
        text: answer.text,
        ...(logprobs && { logprobs: probabilitiesOf(answer.text) }),
        ...(isNewest && { languages: [{ code: 'en' }] }),
      } satisfies OpenAI.Audio.Transcription);
  }

  async #stream(
    exchange: FakeExchange,
    text: string,
    { logprobs, isNewest }: { logprobs: boolean; isNewest: boolean },
  ): Promise<void> {
    const event = (said: Event): void => exchange.event(said);
    const { holdAfter, ending } = this;
    exchange.start({ headers: { 'content-type': 'text/event-stream' } });
    for (const [index, delta] of (text.match(/\s*\S+/g) ?? []).entries()) {
      if (index === holdAfter) await this.#hold(exchange);
      event({ type: 'transcript.text.delta', delta });
      await new Promise(setImmediate);
    }
    if (ending === 'error') {
      const error: OpenAI.ErrorObject = {
        message: 'overloaded',
        type: 'server_error',
        param: null,
        code: null,
      };
      exchange.event({ type: 'error', error });
    }
    if (ending === 'done') {
      event({
        type: 'transcript.text.done',
        text,
        ...(logprobs && { logprobs: probabilitiesOf(text) }),
        ...(isNewest && { languages: [{ code: 'en' }] }),
      });
      exchange.event('[DONE]');
    }
    if (ending === 'cut') exchange.drop();
    exchange.end();
  }

  #hold(exchange: FakeExchange): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#held.add(resolve);
    exchange.signal.addEventListener('abort', () => resolve());
    this.changes.notify();
    return promise;
  }
}

function probabilitiesOf(text: string): { token: string; logprob: number; bytes: number[] }[] {
  return (text.match(/\s*\S+/g) ?? []).map((token) => ({
    token,
    logprob: LOGPROB,
    bytes: [...Buffer.from(token)],
  }));
}
