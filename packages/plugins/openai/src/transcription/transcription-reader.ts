import { readJson, readJsonEvents, type Transcription } from '@vision-agents/core';
import { z } from 'zod';
import { failure, StreamError, streamFailure } from '../failure.ts';
import { confidenceOf, onlyOf } from './told.ts';

const Probabilities = z.array(z.object({ logprob: z.number().nullish() })).nullish();

/** Some models tell one language, others all that they have heard. */
const Languages = z.array(z.object({ code: z.string().nullish() })).nullish();

const Answer = z.object({
  text: z.string(),
  logprobs: Probabilities,
  language: z.string().nullish(),
  languages: Languages,
});

/** The events of a streamed transcription, with the fields that are used here; unknown ones are left out. */
const Event = z.discriminatedUnion('type', [
  z.object({ type: z.literal('transcript.text.delta'), delta: z.string() }),
  z.object({
    type: z.literal('transcript.text.done'),
    text: z.string(),
    logprobs: Probabilities,
    languages: Languages,
  }),
  z.object({ type: z.literal('error'), error: StreamError }),
]);

/** Reads the answer to one utterance, streamed or whole. */
export class TranscriptionReader {
  readonly #provider: string;
  #result: Transcription = { text: '' };

  constructor(provider: string) {
    this.#provider = provider;
  }

  /** What is known so far. */
  get result(): Transcription {
    return this.#result;
  }

  /**
   * The text so far, each time that there is more of it. None of an answer that comes whole.
   *
   * @throws ProviderError for an error in the stream, kind `protocol` for one that ends too early
   */
  async *partials(response: Response, signal: AbortSignal): AsyncGenerator<string> {
    // Some models and servers don't stream, whatever they are asked.
    if (!/^text\/event-stream\b/i.test(response.headers.get('content-type') ?? '')) {
      const { text, logprobs, language, languages } = await readJson(response, Answer);
      const heard = language ?? onlyOf(languages);
      this.#result = { text, language: heard, ...confidenceOf(logprobs) };
      return;
    }
    for await (const event of readJsonEvents(response, Event, { end: '[DONE]', signal })) {
      switch (event.type) {
        case 'transcript.text.delta':
          this.#result = { text: this.#result.text + event.delta };
          yield this.#result.text;
          break;
        case 'transcript.text.done':
          this.#result = {
            text: event.text,
            language: onlyOf(event.languages),
            ...confidenceOf(event.logprobs),
          };
          return;
        case 'error':
          throw streamFailure(this.#provider, event.error);
      }
    }
    throw failure(this.#provider, 'protocol', 'the transcription is not complete');
  }
}
