import type { Clock } from '../clock.ts';
import { LinkedAbort } from '../connection/http/linked-abort.ts';
import type { Participant } from '../events/participant.ts';
import type { ToolCall } from '../llm/message.ts';
import { canonicalJson } from './canonical-json.ts';
import type { FunctionRegistry } from './function-registry.ts';
import { Limiter } from './limiter.ts';
import { describeFailure, errorText, resultText } from './tool-result.ts';

/** What came of a call: the model is told `content` in either case. */
export interface ToolResult {
  toolCallId: string;
  name: string;
  /** At most 60,000 characters. */
  content: string;
  /** What went wrong, if something did. */
  error?: string | undefined;
}

/** Told of each call that is really made. */
export interface ToolObserver {
  onStart(call: ToolCall, args: unknown): void;
  onEnd(result: ToolResult, details: { durationMs: number; known: boolean }): void;
}

export interface ToolRunnerInit {
  registry: FunctionRegistry;
  clock: () => Clock;
  /** How many functions run at once. */
  concurrency: number;
  /** How long each may take, in milliseconds. */
  timeoutMs: number;
  observer: ToolObserver;
}

/** The calls of one answer that were made, by name and arguments: a call that is repeated gets the same result. */
export type MadeCalls = Map<string, Promise<Outcome>>;

export interface ToolRunOptions {
  signal: AbortSignal;
  made: MadeCalls;
  /** Who asked. */
  participant?: Participant | undefined;
  onResult?: ((result: ToolResult) => void) | undefined;
}

type Outcome = Pick<ToolResult, 'content' | 'error'>;

/** Calls what a model asks for. Whatever goes wrong with a call becomes its result, which the model is told. */
export class ToolRunner {
  readonly #init: ToolRunnerInit;
  readonly #limiter: Limiter;

  constructor(init: ToolRunnerInit) {
    this.#init = init;
    this.#limiter = new Limiter(init.concurrency);
  }

  /**
   * Makes the calls, and tells each result when it is there.
   *
   * Rejects with the signal's reason as soon as it is aborted; what is under way then is told to stop, and its result
   * is not waited for.
   */
  async run(calls: readonly ToolCall[], options: ToolRunOptions): Promise<ToolResult[]> {
    const { signal, made, participant, onResult } = options;
    return Promise.all(
      calls.map(async (call) => {
        const args = parse(call.arguments);
        const key = `${call.name} ${'value' in args ? canonicalJson(args.value) : call.arguments}`;
        const outcome = made.get(key) ?? this.#limited(call, args, { signal, participant });
        made.set(key, outcome);
        const result = { toolCallId: call.id, name: call.name, ...(await outcome) };
        onResult?.(result);
        return result;
      }),
    );
  }

  #limited(
    call: ToolCall,
    args: ParsedArguments,
    options: { signal: AbortSignal; participant: Participant | undefined },
  ): Promise<Outcome> {
    return this.#limiter.run(async () => {
      options.signal.throwIfAborted();
      const { observer, registry } = this.#init;
      const clock = this.#init.clock();
      const startedMs = clock.now();
      observer.onStart(call, 'value' in args ? args.value : call.arguments);
      const outcome = await this.#call(call, args, { ...options, clock });
      const durationMs = clock.now() - startedMs;
      const known = registry.get(call.name) !== undefined;
      observer.onEnd({ toolCallId: call.id, name: call.name, ...outcome }, { durationMs, known });
      options.signal.throwIfAborted();
      return outcome;
    });
  }

  async #call(
    call: ToolCall,
    args: ParsedArguments,
    options: { signal: AbortSignal; participant: Participant | undefined; clock: Clock },
  ): Promise<Outcome> {
    const { clock, participant } = options;
    const { timeoutMs } = this.#init;
    const abort = new LinkedAbort(options.signal);
    const timer = clock.setTimeout(
      () => abort.abort(new Error(`${call.name} did not finish within ${timeoutMs} ms`)),
      timeoutMs,
    );
    const aborted = Promise.withResolvers<never>();
    // It is raced below, and may reject when nobody listens any more.
    aborted.promise.catch(() => undefined);
    abort.signal.addEventListener('abort', () => aborted.reject(abort.signal.reason));
    try {
      const context = { signal: abort.signal, toolCallId: call.id, participant };
      const content = await Promise.race([this.#execute(call, args, context), aborted.promise]);
      return { content };
    } catch (thrown) {
      const error = describeFailure(thrown);
      return { content: errorText(error), error };
    } finally {
      timer.cancel();
      abort.release();
    }
  }

  async #execute(
    { name, arguments: text }: ToolCall,
    args: ParsedArguments,
    context: { signal: AbortSignal; toolCallId: string; participant: Participant | undefined },
  ): Promise<string> {
    const { registry } = this.#init;
    const registered = registry.get(name);
    if (!registered) {
      const names = registry.schemas().map((schema) => schema.name);
      throw new Error(
        `There is no function ${JSON.stringify(name.slice(0, 64))}; there is ${names.join(', ') || 'none'}`,
      );
    }
    if (!('value' in args))
      throw new Error(`The arguments of ${name} are not JSON: ${text.slice(0, 200)}`);
    const checked = await registered.check(args.value);
    if ('problem' in checked)
      throw new Error(`The arguments of ${name} do not fit: ${checked.problem}`);
    // Checking may have taken a while.
    context.signal.throwIfAborted();
    return resultText(await registered.execute(checked.value, context));
  }
}

type ParsedArguments = { value: unknown } | { malformed: true };

/** Models leave out the arguments of a function without any. */
function parse(text: string): ParsedArguments {
  if (text.trim() === '') return { value: {} };
  try {
    return { value: JSON.parse(text) };
  } catch {
    return { malformed: true };
  }
}
