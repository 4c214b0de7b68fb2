import { ProviderError, type ProviderErrorKind } from '../errors/provider-error.ts';
import type { ToolResult } from '../functions/tool-runner.ts';
import { AgentVoice } from './agent-voice.ts';
import { AnswerWatch } from './answer-watch.ts';
import type { BreakOff, DialogueInit, EventOf, Question, Request } from './dialogue-types.ts';
import type { RealtimeEvent } from './realtime-event.ts';
import { RealtimeResponse, RealtimeTurn } from './realtime-turn.ts';
import { RecentIds } from './recent-ids.ts';
import { RequestQueue } from './request-queue.ts';
import { TurnCalls } from './turn-calls.ts';

/**
 * Who speaks: the state of one talk with a speech-to-speech model.
 *
 * One thing is asked at a time, and one response is under way at a time. A turn that was interrupted is retired: what
 * still comes of it is dropped here, whatever its name, until the provider has ended it.
 */
export class Dialogue {
  readonly #init: DialogueInit;
  readonly #over = new RecentIds({ limit: 256 });
  readonly #voice: AgentVoice;
  readonly #calls: TurnCalls;
  readonly #watch: AnswerWatch;
  readonly #waiting = new RequestQueue();
  /** What each response was asked for with. */
  readonly #asked = new WeakMap<RealtimeResponse, Request>();
  /** Turns whose answer is not complete. */
  readonly #open = new Set<RealtimeTurn>();
  #epoch = 0;
  #session = 0;
  #connected = false;
  #awaited: Request | undefined;
  #active: RealtimeResponse | undefined;

  constructor(init: DialogueInit) {
    this.#init = init;
    this.#voice = new AgentVoice({ ...init, epoch: () => this.#epoch });
    this.#calls = new TurnCalls({
      maxRounds: init.maxToolRounds,
      begin: (call, turn) => init.beginCall(call, turn),
    });
    this.#watch = new AnswerWatch({
      clock: init.clock,
      onSilent: (turn, limitMs) => this.#silent(turn, limitMs),
    });
  }

  get epoch(): number {
    return this.#epoch;
  }

  /** A session is there: what waits may be asked. One that was not resumed knows nothing of what was said before. */
  connected({ resumed = false }: { resumed?: boolean } = {}): void {
    this.#connected = true;
    if (!resumed) this.#voice.forgetItems();
    this.#pump();
  }

  /** The session is gone. What was not answered at all is asked again, once; everything else has broken off. */
  lost(error: ProviderError, { forGood }: { forGood: boolean }): void {
    this.#connected = false;
    this.#session += 1;
    const awaited = this.#awaited;
    const ended = this.#active;
    this.#active = undefined;
    this.#awaited = undefined;
    this.#restartWatch();
    const unanswered = awaited ?? (ended?.empty ? this.#asked.get(ended) : undefined);
    if (unanswered?.type === 'text' && !unanswered.turn.retired && !unanswered.turn.repeated) {
      unanswered.turn.repeated = true;
      this.#waiting.unshift(unanswered);
    }
    if (forGood) this.#waiting.clear();
    const again = this.#waiting.keepTexts();
    for (const turn of this.#open) {
      if (again.has(turn)) continue;
      this.#breakOff(turn, { error, ended: ended?.turn === turn ? ended : undefined });
    }
    this.#init.users.lost();
  }

  /** Asks for an answer to a text: now, or when what is under way has ended. */
  ask({ turnId, made, record, ...question }: Question): RealtimeTurn {
    const { participant } = question;
    const turn = new RealtimeTurn({ id: turnId, participant, record, made });
    this.#open.add(turn);
    const requestId = crypto.randomUUID();
    this.#waiting.push({ type: 'text', requestId, ...question, turn });
    this.#pump();
    return turn;
  }

  /** Nobody wants this turn any more; the others go on. */
  abandon(turn: RealtimeTurn): void {
    if (turn.retired || !this.#open.has(turn)) return;
    this.#breakOff(turn, {});
    this.#pump();
  }

  /**
   * The agent falls silent: everything that was asked or is being said is retired. What a user is about to say is not.
   *
   * @param options.playedMs how much was heard of the turn that is interrupted
   * @param options.ended the response that the provider has ended already
   */
  interrupt({ ended, ...options }: Omit<BreakOff, 'error'> = {}): void {
    const playing = this.#voice.playing(options.playedMs);
    const turns = new Set([...playing, ...this.#open]);
    this.#epoch += 1;
    this.#init.users.retire();
    for (const turn of turns) turn.retired = true;
    this.#withdraw();
    this.#init.onInterrupted();
    for (const turn of turns) {
      // What is to be heard after it was not heard at all.
      const later = options.playedMs !== undefined && turn !== playing[0];
      const playedMs = later ? 0 : options.playedMs;
      this.#silence(turn, {
        ...options,
        playedMs,
        ended: ended?.turn === turn ? ended : undefined,
      });
    }
    this.#pump();
  }

  handle(event: RealtimeEvent): void {
    switch (event.type) {
      case 'session-updated':
        return;
      case 'user-speech-started':
        if (event.interrupts !== false && this.#speaking) this.interrupt({ cause: 'user-speech' });
        this.#init.users.started(event);
        break;
      case 'user-speech-ended':
        this.#init.users.ended(event);
        break;
      case 'user-transcript':
        this.#init.users.transcript(event);
        break;
      case 'response-started':
        this.#begin(event);
        break;
      case 'audio':
      case 'agent-transcript':
      case 'tool-call':
        this.#take(event);
        break;
      case 'tool-calls-cancelled':
        this.#calls.cancel(event.ids);
        break;
      case 'response-done':
        this.#end(event);
        break;
      case 'error':
        this.#complain(event);
        break;
      default: {
        const unreachable: never = event;
        throw new TypeError(`There is no event ${JSON.stringify(unreachable)}`);
      }
    }
    this.#restartWatch();
  }

  /** Nothing is asked or said any more. */
  close(): void {
    this.interrupt();
    this.#calls.close();
    this.#active = undefined;
    this.#awaited = undefined;
    this.#watch.stop();
  }

  /** Whether the agent has the word: it answers, or is still heard. */
  get #speaking(): boolean {
    if (this.#active && !this.#active.turn.retired) return true;
    if ([...this.#open].some(({ rounds }) => rounds > 0)) return true;
    return this.#voice.playing().length > 0;
  }

  #pump(): void {
    if (!this.#connected || this.#active || this.#awaited) return;
    const request = this.#waiting.next();
    if (!request) return;
    const { turn, ...command } = request;
    turn.askedMs ??= this.#init.clock().now();
    this.#awaited = request;
    // A connection that breaks just now is told as lost, and then it is asked again.
    this.#init.send(command);
    this.#restartWatch();
  }

  #begin({
    responseId,
    requestId,
  }: Omit<EventOf<'response-started'>, 'type'>): RealtimeResponse | undefined {
    const id = responseId ?? undefined;
    if (id !== undefined && this.#over.has(id)) return undefined;
    const awaited = this.#awaited;
    // The provider forgot to say that it has ended.
    if (this.#active) this.#end({ type: 'response-done', responseId: this.#active.id });
    const asked = awaited && (requestId === undefined || requestId === awaited.requestId);
    if (asked) this.#awaited = undefined;
    const turn = asked ? awaited.turn : this.#init.users.answer();
    const response = new RealtimeResponse({ id, turn, outputFormat: this.#init.outputFormat });
    this.#active = response;
    if (asked) this.#asked.set(response, awaited);
    if (turn.retired) {
      this.#init.send({
        type: 'interrupt',
        active: true,
        cause: 'request',
        responseId: id,
        heard: [],
      });
    } else {
      this.#open.add(turn);
      turn.responses.push(response);
    }
    return response;
  }

  /** The response that an event is of, if anything of it may surface. */
  #responseOf({
    responseId,
  }: {
    responseId?: string | null | undefined;
  }): RealtimeResponse | undefined {
    const id = responseId ?? undefined;
    if (id !== undefined && this.#over.has(id)) return undefined;
    const active = this.#active;
    if (active && id !== undefined) active.id ??= id;
    const response =
      active && (id === undefined || active.id === id) ? active : this.#begin({ responseId });
    return response?.turn.retired ? undefined : response;
  }

  #take(event: EventOf<'audio' | 'agent-transcript' | 'tool-call'>): void {
    const response = this.#responseOf(event);
    if (!response) return;
    if (event.type === 'audio') this.#voice.hear(response, event);
    else if (event.type === 'agent-transcript') this.#voice.read(response, event);
    else this.#calls.begin(response, event);
  }

  #end(event: EventOf<'response-done'>): void {
    const id = event.responseId ?? undefined;
    const late = id !== undefined && this.#over.has(id);
    if (id !== undefined) this.#over.add(id);
    const active = this.#active;
    const isActive = active && (id === undefined || active.id === undefined || active.id === id);
    // An answer without a word may be told by its end alone.
    const response = isActive ? active : late || !this.#awaited ? undefined : this.#begin({});
    if (!response) return;
    this.#active = undefined;
    if (response.id !== undefined) this.#over.add(response.id);
    // Of an interrupted response the provider may still know the calls.
    if (response.turn.retired) void this.#answerCalls(response.turn, resultsOf(response));
    else this.#ended(response, event);
    this.#pump();
  }

  #ended(response: RealtimeResponse, event: EventOf<'response-done'>): void {
    const { turn } = response;
    this.#init.onResponseDone(event, turn);
    turn.count.add({ type: 'finish', usage: event.usage });
    if (event.outcome === 'interrupted') {
      // The provider has heard a user.
      this.interrupt({ cause: 'user-speech', ended: response });
      return;
    }
    if (event.outcome === 'failed') {
      const reason = event.message ?? 'no reason was given';
      this.#fail(turn, event.kind ?? 'content', `the response failed: ${reason}`, response);
      return;
    }
    this.#voice.end(response);
    turn.record.responded(response.text);
    if (response.calls.length > 0) this.#awaitCalls(response);
    else this.#complete(turn);
  }

  #complete(turn: RealtimeTurn): void {
    this.#open.delete(turn);
    turn.complete = true;
    turn.record.ended(turn.count.fields());
    this.#init.onAnswered(turn);
  }

  #awaitCalls(response: RealtimeResponse): void {
    const { turn, calls } = response;
    const results = resultsOf(response);
    turn.record.called(
      calls.map(({ call }) => call),
      results,
    );
    void this.#answerCalls(turn, results);
  }

  async #answerCalls(turn: RealtimeTurn, pending: Promise<readonly ToolResult[]>): Promise<void> {
    const session = this.#session;
    const results = await pending;
    // A session that was not there when they were asked for knows nothing of them.
    if (results.length === 0 || session !== this.#session || !this.#connected) return;
    const respond = !turn.retired && !this.#calls.isEndless(turn);
    const requestId = crypto.randomUUID();
    const command = { type: 'tool-results', requestId, results, respond } as const;
    if (respond) {
      this.#waiting.push({ ...command, turn });
      this.#pump();
      return;
    }
    this.#init.send(command);
    const { maxToolRounds } = this.#init;
    const message = `the model wants functions to be called for ever: it has no answer after ${String(maxToolRounds)} rounds of them, which is maxToolRounds`;
    this.#fail(turn, 'content', message);
  }

  #complain({ kind, message, requestId }: EventOf<'error'>): void {
    const awaited = this.#awaited;
    const failed = requestId && awaited?.requestId === requestId ? awaited.turn : undefined;
    if (failed) {
      this.#awaited = undefined;
      this.#fail(failed, kind, message);
      this.#pump();
      return;
    }
    this.#init.onError(this.#error(kind, message), 'provider', undefined);
  }

  #fail(
    turn: RealtimeTurn,
    kind: ProviderErrorKind,
    message: string,
    ended?: RealtimeResponse,
  ): void {
    if (turn.retired) return;
    const error = this.#error(kind, message);
    this.#init.onError(error, 'answering', turn.participant);
    this.#breakOff(turn, { error, ended });
  }

  #error(kind: ProviderErrorKind, message: string): ProviderError {
    const { provider } = this.#init;
    return new ProviderError({ provider, kind, message: `${provider}: ${message}` });
  }

  #breakOff(turn: RealtimeTurn, options: BreakOff): void {
    turn.retired = true;
    this.#withdraw();
    this.#silence(turn, options);
  }

  /** What waits for a retired turn is not asked any more; the provider is told the results that it waits for. */
  #withdraw(): void {
    for (const command of this.#waiting.withdraw()) this.#init.send(command);
  }

  /** The turn is retired: it falls silent, and its record has no more than what was heard. */
  #silence(turn: RealtimeTurn, { playedMs, cause = 'request', error, ended }: BreakOff): void {
    this.#open.delete(turn);
    const active = this.#active?.turn === turn ? this.#active : undefined;
    const heard = this.#voice.fallSilent(turn, { under: active ?? ended, playedMs });
    turn.record.brokeOff(heard.text, error);
    if (!active && heard.items.length === 0) return;
    this.#init.send({
      type: 'interrupt',
      active: active !== undefined,
      cause,
      responseId: active?.id,
      heard: heard.items,
    });
  }

  /** Something has changed: the provider's time to answer begins anew, if it is to answer. */
  #restartWatch(): void {
    const turn = this.#active?.turn ?? this.#awaited?.turn;
    this.#watch.watch(this.#connected ? turn : undefined);
  }

  #silent(turn: RealtimeTurn, limitMs: number): void {
    const message = `no word of the answer came for ${String(limitMs)} ms`;
    if (!turn.retired) this.#fail(turn, 'timeout', message);
    if (this.#active?.id !== undefined) this.#over.add(this.#active.id);
    this.#active = undefined;
    this.#awaited = undefined;
    this.#pump();
  }
}

function resultsOf({ calls }: RealtimeResponse): Promise<readonly ToolResult[]> {
  return Promise.all(calls.map(({ result }) => result));
}
