import { Component, type ComponentInit } from '../component/component.ts';
import { measureAnswer } from '../component/hooks.ts';
import { watchMethod } from '../component/watched-methods.ts';
import { describeValue } from '../describe-value.ts';
import { ProviderError } from '../errors/provider-error.ts';
import type { Participant } from '../events/participant.ts';
import { FunctionRegistry } from '../functions/function-registry.ts';
import type {
  FunctionDefinition,
  JsonSchema,
  ParametersSchema,
  ToolSchema,
} from '../functions/function-definition.ts';
import { ToolRunner, type ToolResult, type ToolRunOptions } from '../functions/tool-runner.ts';
import type { Measurement } from '../metrics/index.ts';
import { WorkSpan } from '../tracing/index.ts';
import { Answer } from './answer.ts';
import { AnswerDraft } from './answer-draft.ts';
import { chatTool, chatToolMessage } from './chat-format.ts';
import { Conversation, type ConversationBounds } from './conversation.ts';
import { answerOf, answerSignals, runTools } from './hooks.ts';
import {
  LLMErrorEvent,
  LLMResponseFinalEvent,
  ToolEndEvent,
  ToolStartEvent,
} from './llm-events.ts';
import type { LLMPart, LLMRequest } from './llm-part.ts';
import type { LLMFinal, LLMResponse, ResponseOptions } from './llm-response.ts';
import type { ImagePart, Message, ToolCall } from './message.ts';
import { OneAtATime } from './one-at-a-time.ts';
import { RoundReader } from './round-reader.ts';
import { stateMessage } from './state-message.ts';
import { TokenCount } from './token-count.ts';

const MAX_TOOL_ROUNDS = 3;
const TOOL_CONCURRENCY = 8;
const TOOL_TIMEOUT_MS = 30_000;
/** No voice says so much: a provider that does is out of its mind. */
const MAX_ANSWER_LENGTH = 1_000_000;

/** Told to a model that has to come to an end. */
const LAST_ROUND =
  'You can call no more functions for this answer. Answer now, with what you have found out; say what you could not find out.';

export interface LLMInit extends ComponentInit {
  /** How often a model may have functions called before it has to answer. 3 unless given; 0 offers it none. */
  maxToolRounds?: number | undefined;
  /** How long a function may take, in milliseconds. 30,000 unless given. */
  toolTimeoutMs?: number | undefined;
  /** How much of the conversation is kept. */
  conversation?: Partial<ConversationBounds> | undefined;
  /** True when the provider gives one answer at a time; the next waits until the one before was read to its end. */
  serial?: boolean | undefined;
}

/**
 * A language model. A plugin implements `respond()`, one round with its provider; or overrides `simpleResponse()`
 * where a provider keeps the rounds to itself.
 *
 * The conversation, the functions, interruption, errors, metrics and the span `simple_response` are the base's, in
 * either case.
 */
export abstract class LLM extends Component {
  override readonly category: string = 'llm';
  readonly maxToolRounds: number;
  /** True when the provider is asked for one answer at a time. */
  readonly serial: boolean;
  /** What was said: the history that requests are made from. */
  readonly conversation: Conversation;

  protected override readonly errorEvent = LLMErrorEvent;

  readonly #functions = new FunctionRegistry();
  readonly #oneAtATime = new OneAtATime();
  readonly #tools: ToolRunner;
  /** By the signal that a plugin is given for each. */
  readonly #answers = new WeakMap<AbortSignal, Answer>();
  #instructions = '';

  constructor(init: LLMInit) {
    super(init);
    this.maxToolRounds = init.maxToolRounds ?? MAX_TOOL_ROUNDS;
    if (!Number.isInteger(this.maxToolRounds) || this.maxToolRounds < 0) {
      const given = describeValue(init.maxToolRounds);
      throw new RangeError(`maxToolRounds is a whole number from 0, got ${given}`);
    }
    this.serial = init.serial ?? false;
    this.conversation = new Conversation(init.conversation);
    this.#tools = new ToolRunner({
      registry: this.#functions,
      clock: () => this.clock,
      concurrency: TOOL_CONCURRENCY,
      timeoutMs: init.toolTimeoutMs ?? TOOL_TIMEOUT_MS,
      observer: {
        onStart: ({ id, name }, args) =>
          this.emit(ToolStartEvent, { toolName: name, toolCallId: id, arguments: args }),
        onEnd: (result, details) => this.#toolEnded(result, details),
      },
    });
    // A plugin may override simpleResponse(). What callers reach is this one, which watches over what it yields.
    watchMethod(this, 'simpleResponse', (text: string, options?: ResponseOptions) =>
      this.#answer(text, options),
    );
  }

  get instructions(): string {
    return this.#instructions;
  }

  /**
   * What the model is told before all else, from the next request on.
   *
   * @throws TypeError for anything but text
   */
  setInstructions(text: string): void {
    if (typeof text !== 'string')
      throw new TypeError(`setInstructions() takes text, got ${describeValue(text)}`);
    this.#instructions = text;
  }

  /**
   * Lets the model call a function.
   *
   * @throws TypeError for a name that is taken or that providers refuse, and for parameters that are no object
   */
  registerFunction<const Schema extends ParametersSchema | JsonSchema = JsonSchema>(
    definition: FunctionDefinition<Schema>,
  ): void {
    this.#functions.register(definition);
  }

  /** False when there was none of this name. */
  unregisterFunction(name: string): boolean {
    return this.#functions.unregister(name);
  }

  /** The functions that the model may call, with their parameters as JSON Schema. */
  getAvailableFunctions(): ToolSchema[] {
    return this.#functions.schemas();
  }

  /**
   * Answers: yields each piece of text as it comes, and at the end one `final`. An answer that is interrupted, by its
   * signal, by leaving the loop or by `close()`, ends without one. Starts the component where that was not done.
   *
   * The conversation has the question, and the answer once it is whole; of an interrupted or failed one no word, until
   * `conversation.cutTo()` says what was heard. Each answer knows the turns that were over when it was asked for, and
   * its own.
   *
   * As a plugin overrides it, `options` also has the `turnId`, and the signal of the answer: `messagesFor(options)` is
   * what to send, `executeTools(calls, options)` calls functions.
   *
   * Reading it rejects with a `ProviderError`, which was told by an `LLMErrorEvent` too, when the provider fails; and
   * with a `ComponentClosedError` after `close()`.
   */
  simpleResponse(_text: string, options: ResponseOptions = {}): AsyncIterable<LLMResponse> {
    return this.#rounds(options);
  }

  /**
   * One round with the provider: yields text, whole tool calls, and `finish` with what was counted. What it throws
   * fails the answer.
   */
  protected respond(
    _request: LLMRequest,
    _options: { signal: AbortSignal; turnId: string },
  ): AsyncIterable<LLMPart> {
    throw new TypeError(
      `${this.constructor.name} has no respond(). Implement it, or override simpleResponse()`,
    );
  }

  /** The functions in the provider's words; those of chat completions unless overridden. */
  protected convertToolsToProviderFormat(tools: readonly ToolSchema[]): unknown[] {
    return tools.map(chatTool);
  }

  /** The calls in a provider's answer; none unless overridden. */
  protected extractToolCallsFromResponse(_response: unknown): ToolCall[] {
    return [];
  }

  /** Results in the provider's words; those of chat completions unless overridden. */
  protected createToolResultMessage(
    _calls: readonly ToolCall[],
    results: readonly ToolResult[],
  ): unknown[] {
    return results.map(chatToolMessage);
  }

  /**
   * For a plugin that overrides `simpleResponse()`: the conversation up to and with the turn that is answered. Before
   * its question is what the processors know.
   */
  protected messagesFor(options: ResponseOptions): readonly Message[] {
    const { context, draft } = this[answerOf](options);
    return [...this.conversation.messages, ...context, ...draft.soFar()];
  }

  /**
   * For a plugin that overrides `simpleResponse()`: calls what the model asks for, 8 at once, 30 s each. A call that
   * was made for this answer before, with the same arguments, gets the result that it had.
   *
   * Rejects only with the signal's reason; whatever goes wrong with a function becomes its result.
   */
  protected async executeTools(
    calls: readonly ToolCall[],
    options: ResponseOptions,
  ): Promise<ToolResult[]> {
    const { draft, made, signal } = this[answerOf](options);
    draft.addCalls(calls);
    const onResult = (result: ToolResult): void => draft.addResult(result);
    return this.#tools.run(calls, { signal, made, participant: options.participant, onResult });
  }

  [measureAnswer](final: LLMFinal): readonly Measurement[] {
    return [
      ['llm.latency.ms', final.latencyMs],
      ['llm.time_to_first_token.ms', final.timeToFirstTokenMs],
      ['llm.tokens.input', final.inputTokens],
      ['llm.tokens.output', final.outputTokens],
    ];
  }

  async *#rounds(options: ResponseOptions): AsyncGenerator<LLMResponse, void, undefined> {
    const { turnId, signal } = this[answerOf](options);
    const count = new TokenCount();
    const reader = new RoundReader({ provider: this.provider, count });
    for (let round = 0; ; round += 1) {
      const last = round === this.maxToolRounds;
      const request: LLMRequest = {
        messages: this.messagesFor(options),
        tools: last ? [] : this.getAvailableFunctions(),
        instructions: last && round > 0 ? this.#lastInstructions() : this.#instructions,
      };
      yield* reader.read(this.respond(request, { signal, turnId }));
      if (last && reader.calls.length > 0 && !reader.spoke) throw this.#noAnswer();
      if (last || reader.calls.length === 0) break;
      await this.executeTools(reader.calls, options);
    }
    // The text and the times are added by whom it is yielded to.
    yield { type: 'final', text: '', latencyMs: 0, ...count.fields() };
  }

  #answer(text: string, options: ResponseOptions = {}): Answer {
    if (typeof text !== 'string')
      throw new TypeError(`simpleResponse() takes text, got ${describeValue(text)}`);
    const { participant, images = [], turnId = crypto.randomUUID() } = options;
    // No provider takes it, and it would fail every later answer of the conversation too.
    const empty = images.findIndex((image) => 'data' in image && image.data.byteLength === 0);
    if (empty !== -1) throw new TypeError(`images[${String(empty)}] is empty: it has no bytes`);
    const order = this.conversation.reserve();
    const answer = new Answer({
      turnId,
      draft: new AnswerDraft(question(text, images, participant)),
      context: this.#stateOf(options),
      clock: this.clock,
      signals: [options.signal, this.signal, ...this[answerSignals]()],
      maxLength: MAX_ANSWER_LENGTH,
      open: (signal) => this.#open(text, signal, { ...options, turnId, signal }),
      ready: async () => (this.closed ? this.start() : undefined),
      openSpan: () =>
        new WorkSpan('simple_response', { provider: this.provider, model: this.model }),
      onBegin: (released) => {
        this.#answers.set(answer.signal, answer);
        this.spawn('answering', () => released);
      },
      onSettled: (messages) => this.conversation.put({ id: turnId, order, messages }),
      onFinal: (final) => this.#answered(final, turnId),
      onFailure: (thrown) => {
        if (this.closed) return undefined;
        const error = ProviderError.from(thrown, this.provider);
        this.reportError(error, 'simpleResponse', participant);
        return error;
      },
    });
    return answer;
  }

  /** What the plugin yields, once it has started: its own `simpleResponse()`, or that of this class. */
  async *#open(
    text: string,
    signal: AbortSignal,
    options: ResponseOptions,
  ): AsyncGenerator<LLMResponse> {
    if (!this.started) await this.start();
    const { clock } = this;
    const leave = this.serial ? await this.#oneAtATime.enter({ signal, clock }) : undefined;
    try {
      const plugin: Pick<LLM, 'simpleResponse'> = Object.getPrototypeOf(this);
      yield* plugin.simpleResponse.call(this, text, options);
    } finally {
      leave?.();
    }
  }

  [answerOf]({ signal }: ResponseOptions): Answer {
    const answer = signal && this.#answers.get(signal);
    if (answer) return answer;
    throw new TypeError(
      'There is no such answer: pass on the options that simpleResponse() was given, with their signal',
    );
  }

  [answerSignals](): readonly AbortSignal[] {
    return [];
  }

  [runTools](calls: readonly ToolCall[], options: ToolRunOptions): Promise<ToolResult[]> {
    return this.#tools.run(calls, options);
  }

  #stateOf({ processors = [], participant }: ResponseOptions): Message[] {
    const state = stateMessage(processors, (error, name) =>
      this.reportError(error, `the state of ${name}`, participant),
    );
    return state ? [state] : [];
  }

  #answered(final: LLMFinal, turnId: string): void {
    const { model = this.model, text } = final;
    for (const [name, value] of this[measureAnswer](final))
      if (value !== undefined) this.metrics.record(name, value, { model });
    this.emit(LLMResponseFinalEvent, { text, model, turnId });
  }

  #toolEnded(
    result: ToolResult,
    { durationMs, known }: { durationMs: number; known: boolean },
  ): void {
    const { name: toolName, toolCallId, content, error } = result;
    const success = error === undefined;
    // A name that the model made up is no name of a series.
    const attributes = { tool_name: known ? toolName : 'unknown', success: String(success) };
    this.metrics.record('llm.tool_calls', 1, attributes);
    this.metrics.record('llm.tool_latency.ms', durationMs, attributes);
    const executionTimeMs = durationMs;
    this.emit(ToolEndEvent, {
      toolName,
      toolCallId,
      success,
      result: content,
      error,
      executionTimeMs,
    });
  }

  #lastInstructions(): string {
    return this.#instructions === '' ? LAST_ROUND : `${this.#instructions}\n\n${LAST_ROUND}`;
  }

  #noAnswer(): ProviderError {
    const { provider, maxToolRounds } = this;
    const message = `${provider}: the model wants functions to be called for ever: it has no answer after ${maxToolRounds} rounds of them, which is maxToolRounds`;
    return new ProviderError({ provider, kind: 'content', message });
  }
}

function question(
  text: string,
  images: readonly ImagePart[],
  participant: Participant | undefined,
): Message {
  const content = images.length === 0 ? text : [{ type: 'text' as const, text }, ...images];
  return { role: 'user', content, ...(participant && { participant }) };
}
