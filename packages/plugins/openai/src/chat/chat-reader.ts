import { readJson, readServerSentEvents, type LLMPart } from '@vision-agents/core';
import { failure, streamFailure } from '../failure.ts';
import { CallBuilder, type BuiltCall } from './call-builder.ts';
import { ChatChunk } from './chat-chunk.ts';
import { Reasoning } from './reasoning.ts';
import { ThinkFilter } from './think-filter.ts';

type Finish = Extract<LLMPart, { type: 'finish' }>;

/** Reads one answer of chat completions: text to say at once, and at the end the calls and what was used. */
export class ChatReader {
  readonly #provider: string;
  readonly #think: ThinkFilter;
  readonly #calls = new CallBuilder();
  readonly #reasoning = new Reasoning();
  readonly #finish: Finish = { type: 'finish' };
  #done = false;

  constructor(provider: string, options: { thinksFirst?: boolean | undefined } = {}) {
    this.#provider = provider;
    this.#think = new ThinkFilter(options);
  }

  get calls(): readonly BuiltCall[] {
    return this.#calls.calls;
  }

  /** What the model thought, as some providers want it back with the results of its calls. */
  get reasoning(): Readonly<Record<string, unknown>> {
    return this.#reasoning.fields;
  }

  /** What was used, and why it ended. */
  get finish(): Finish {
    return this.#finish;
  }

  /**
   * The text, as it comes.
   *
   * @throws ProviderError for an error in the stream, kind `content` where a filter has ended the answer, kind
   * `protocol` for an answer that is not complete
   */
  async *text(response: Response, signal: AbortSignal): AsyncGenerator<LLMPart> {
    for await (const chunk of this.#chunks(response, signal)) {
      if (chunk.error) throw streamFailure(this.#provider, chunk.error);
      const delta = this.#think.push(this.#take(chunk));
      if (delta !== '') yield { type: 'text-delta', delta };
    }
    const rest = this.#think.flush();
    if (rest !== '') yield { type: 'text-delta', delta: rest };
    this.#assertComplete();
  }

  async *#chunks(response: Response, signal: AbortSignal): AsyncGenerator<ChatChunk> {
    // Some servers don't stream, whatever they are asked.
    if (/^application\/json\b/i.test(response.headers.get('content-type') ?? '')) {
      yield await readJson(response, ChatChunk);
      return;
    }
    for await (const { data } of readServerSentEvents(response, { signal })) {
      if (data === '[DONE]') {
        this.#done = true;
        return;
      }
      yield this.#parse(data);
    }
  }

  #parse(data: string): ChatChunk {
    let value: unknown;
    try {
      value = JSON.parse(data);
    } catch {
      throw failure(this.#provider, 'protocol', `an event is no JSON: ${excerpt(data)}`);
    }
    const chunk = ChatChunk.safeParse(value);
    if (chunk.success) return chunk.data;
    const [issue] = chunk.error.issues;
    const where = issue?.path.join('.') ?? '';
    const what = `an event does not fit: ${where} ${issue?.message ?? ''}`;
    throw failure(this.#provider, 'protocol', what);
  }

  /** Notes all there is in a chunk. Returns its text. */
  #take({ model, choices, usage }: ChatChunk): string {
    let text = '';
    for (const { delta, message, finish_reason: reason } of choices ?? []) {
      const said = delta ?? message;
      text += said?.content ?? '';
      // What a model says when it refuses is its answer.
      text += said?.refusal ?? '';
      for (const piece of said?.tool_calls ?? []) this.#calls.add(piece);
      this.#reasoning.addText('reasoning', said?.reasoning);
      this.#reasoning.addText('reasoning_content', said?.reasoning_content);
      this.#reasoning.addDetails(said?.reasoning_details ?? []);
      this.#finish.reason ??= reason;
    }
    this.#finish.model ??= model;
    if (usage) {
      const { prompt_tokens: inputTokens, completion_tokens: outputTokens } = usage;
      this.#finish.usage = { inputTokens, outputTokens };
    }
    return text;
  }

  /** Without a reason, and without a last word, the stream was cut off, and what came is half an answer. */
  #assertComplete(): void {
    const { reason } = this.#finish;
    if (!reason && !this.#done)
      throw failure(this.#provider, 'protocol', 'the answer is not complete');
    if (reason === 'content_filter')
      throw failure(this.#provider, 'content', 'a content filter has ended the answer');
    if (reason === 'error')
      throw failure(this.#provider, 'network', 'the model has failed in its answer');
    if (this.calls.some(({ name }) => name === ''))
      throw failure(this.#provider, 'protocol', 'the model calls a function without a name');
  }
}

function excerpt(text: string): string {
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}
