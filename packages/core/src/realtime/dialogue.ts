import type { AudioFormat } from '../audio/index.ts';
import type { Clock, Timer } from '../clock.ts';
import { ProviderError, type ProviderErrorKind } from '../errors/provider-error.ts';
import type { Participant } from '../events/participant.ts';
import type { MadeCalls, ToolResult } from '../functions/tool-runner.ts';
import { errorText } from '../functions/tool-result.ts';
import type { ImagePart, Message } from '../llm/message.ts';
import type { RealtimeCommand } from './realtime-command.ts';
import type { RealtimeEvent } from './realtime-event.ts';
import type { RealtimeOutput } from './realtime-output.ts';
import { RealtimeResponse, RealtimeTurn, type BegunCall } from './realtime-turn.ts';
import { RecentIds } from './recent-ids.ts';
import type { TurnRecord } from './turn-record.ts';
import type { UserTurns } from './user-turns.ts';

/** How long a provider may be silent while it is to answer. */
const ANSWER_MS = 30_000;
/** After an interruption, so long a silence is taken for the end of the response. */
const RETIRED_QUIET_MS = 2_000;

type EventOf<Type extends RealtimeEvent['type']> = Extract<RealtimeEvent, { type: Type }>;

type Request = Extract<RealtimeCommand, { requestId: string }> & { readonly turn: RealtimeTurn };

interface BreakOff {
  readonly playedMs?: number | undefined;
  readonly cause?: 'user-speech' | 'request' | undefined;
  readonly error?: ProviderError | undefined;
  /** The response that has just ended by itself. */
  readonly ended?: RealtimeResponse | undefined;
}

export interface DialogueInit {
  readonly provider: string;
  readonly outputFormat: AudioFormat;
  readonly maxToolRounds: number;
  readonly clock: () => Clock;
  readonly users: UserTurns;
  /** Tells the provider; false when it can't be told now. */
  send(command: RealtimeCommand): boolean;
  put(item: RealtimeOutput): void;
  /** Takes back what nobody has read yet of this turn's answer. */
  takeBack(turnId: string): void;
  /** How much of the turn's audio was played, where somebody knows. */
  playedMs(turnId: string): number | undefined;
  beginCall(call: EventOf<'tool-call'>, turn: RealtimeTurn): BegunCall;
  /** The epoch was raised: what was asked in the one before is interrupted. */
  onInterrupted(): void;
  onError(error: ProviderError, context: string, participant: Participant | undefined): void;
  onFirstAudio(latencyMs: number): void;
  onAgentTranscript(): void;
  onResponseDone(done: EventOf<'response-done'>, turn: RealtimeTurn): void;
}

export interface Question {
  readonly text: string;
  readonly images: readonly ImagePart[];
  readonly context: readonly Message[];
  readonly participant: Participant | undefined;
  readonly turnId: string;
  readonly made: MadeCalls;
  readonly record: TurnRecord;
}

/**
 * Who speaks: the state of one talk with a speech-to-speech model.
 *
 * One thing is asked at a time, and one response is under way at a time. A turn that was interrupted is retired: what
 * still comes of it is dropped here, whatever its name, until the provider has ended it.
 */
export class Dialogue {
  readonly #init: DialogueInit;
  readonly #over = new RecentIds({ limit: 256 });
  readonly #begun = new Map<string, BegunCall>();
  /** What each response was asked for with. */
  readonly #asked = new WeakMap<RealtimeResponse, Request>();
  /** Turns whose answer is not complete. */
  readonly #open = new Set<RealtimeTurn>();
  #epoch = 0;
  #session = 0;
  #connected = false;
  #waiting: Request[] = [];
  #awaited: Request | undefined;
  #active: RealtimeResponse | undefined;
  /** The turn that was heard last: it may still be playing. */
  #heard: RealtimeTurn | undefined;
  #timer: Timer | undefined;

  constructor(init: DialogueInit) {
    this.#init = init;
  }

  get epoch(): number {
    return this.#epoch;
  }

  /** A session is there: what waits may be asked. */
  connected(): void {
    this.#connected = true;
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
    this.#watch();
    const unanswered = awaited ?? (ended?.empty ? this.#asked.get(ended) : undefined);
    if (unanswered?.type === 'text' && !unanswered.turn.retired && !unanswered.turn.repeated) {
      unanswered.turn.repeated = true;
      this.#waiting.unshift(unanswered);
    }
    const again = new Set(
      forGood ? [] : this.#waiting.flatMap(({ type, turn }) => (type === 'text' ? [turn] : [])),
    );
    this.#waiting = this.#waiting.filter(({ turn }) => again.has(turn));
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
   */
  interrupt(options: Pick<BreakOff, 'playedMs' | 'cause'> = {}): void {
    const turns = this.#interruptible(options.playedMs);
    this.#epoch += 1;
    this.#init.users.retire();
    for (const turn of turns) turn.retired = true;
    this.#waiting = this.#waiting.filter(({ turn }) => !turn.retired);
    this.#init.onInterrupted();
    for (const turn of turns) this.#silence(turn, options);
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
        this.#hear(event);
        break;
      case 'agent-transcript':
        this.#read(event);
        break;
      case 'tool-call':
        this.#call(event);
        break;
      case 'tool-calls-cancelled':
        for (const id of event.ids) this.#begun.get(id)?.cancel();
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
    this.#watch();
  }

  /** Nothing is asked or said any more. */
  close(): void {
    this.interrupt();
    for (const call of this.#begun.values()) call.cancel();
    this.#active = undefined;
    this.#awaited = undefined;
    this.#timer?.cancel();
  }

  /** Whether the agent has the word: it answers, or is still heard. */
  get #speaking(): boolean {
    if (this.#active && !this.#active.turn.retired) return true;
    if ([...this.#open].some(({ rounds }) => rounds > 0)) return true;
    return this.#heard !== undefined && this.#isPlaying(this.#heard, undefined);
  }

  /** What an interruption ends: what is not complete, and what is still heard. */
  #interruptible(playedMs: number | undefined): Set<RealtimeTurn> {
    const turns = new Set(this.#open);
    const heard = this.#heard;
    if (heard && this.#isPlaying(heard, playedMs)) turns.add(heard);
    return turns;
  }

  #isPlaying(turn: RealtimeTurn, playedMs: number | undefined): boolean {
    return !turn.retired && this.#playedMs(turn, playedMs) < turn.audioMs;
  }

  /** As it is known, or as long ago as it began. */
  #playedMs({ id, firstAudioMs, audioMs }: RealtimeTurn, known: number | undefined): number {
    if (firstAudioMs === undefined) return 0;
    const playedMs = known ?? this.#init.playedMs(id);
    return Math.min(playedMs ?? this.#init.clock().now() - firstAudioMs, audioMs);
  }

  #pump(): void {
    if (!this.#connected || this.#active || this.#awaited) return;
    const request = this.#waiting.shift();
    if (!request) return;
    const { turn, ...command } = request;
    turn.askedMs ??= this.#init.clock().now();
    this.#awaited = request;
    // A connection that breaks just now is told as lost, and then it is asked again.
    this.#init.send(command);
    this.#watch();
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
    const asked = awaited && (requestId ?? awaited.requestId) === awaited.requestId;
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

  #hear({ audio, itemId, ...event }: EventOf<'audio'>): void {
    const response = this.#responseOf(event);
    const first = response?.spoke === false;
    const pcm = response?.hear(audio);
    if (!response || !pcm) return;
    const { turn } = response;
    const nowMs = this.#init.clock().now();
    response.itemId ??= itemId ?? undefined;
    this.#heard = turn;
    if (turn.firstAudioMs === undefined) {
      turn.firstAudioMs = nowMs;
      if (turn.askedMs !== undefined) this.#init.onFirstAudio(nowMs - turn.askedMs);
    }
    if (first) this.#put(turn, { type: 'agent-speech-started' });
    this.#put(turn, { type: 'audio-output', pcm });
  }

  #read({ mode, text, ...event }: EventOf<'agent-transcript'>): void {
    const response = this.#responseOf(event);
    if (!response) return;
    const before = response.text;
    response.text = mode === 'delta' ? before + (text ?? '') : (text ?? before);
    if (response.text.startsWith(before))
      response.turn.record.delta(response.text.slice(before.length));
    if (response.text !== before && response.text.trim() !== '')
      this.#put(response.turn, { type: 'agent-transcript', mode: 'partial', text: response.text });
  }

  #call(event: EventOf<'tool-call'>): void {
    const response = this.#responseOf(event);
    if (!response) return;
    const { turn, calls } = response;
    if (calls.length === 0) turn.rounds += 1;
    const begun =
      turn.rounds > this.#init.maxToolRounds ? refused(event) : this.#init.beginCall(event, turn);
    calls.push(begun);
    this.#begun.set(event.id, begun);
    void begun.result.then(() => this.#begun.delete(event.id));
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
    if (!response.turn.retired) this.#ended(response, event);
    this.#pump();
  }

  #ended(response: RealtimeResponse, event: EventOf<'response-done'>): void {
    const { turn } = response;
    this.#init.onResponseDone(event, turn);
    turn.count.add({ type: 'finish', usage: event.usage });
    if (event.outcome === 'interrupted') {
      this.#breakOff(turn, { ended: response });
      return;
    }
    if (event.outcome === 'failed') {
      const reason = event.message ?? 'no reason was given';
      this.#fail(turn, 'content', `the response failed: ${reason}`, response);
      return;
    }
    this.#closeResponse(response);
    turn.record.responded(response.text);
    if (response.calls.length > 0) this.#awaitCalls(response);
    else this.#complete(turn);
  }

  #complete(turn: RealtimeTurn): void {
    this.#open.delete(turn);
    turn.record.ended(turn.count.fields());
  }

  #closeResponse({ turn, text, spoke }: RealtimeResponse): void {
    if (text.trim() !== '') {
      this.#put(turn, { type: 'agent-transcript', mode: 'final', text });
      this.#init.onAgentTranscript();
    }
    if (!spoke) return;
    this.#put(turn, { type: 'audio-output-done', interrupted: false });
    this.#put(turn, { type: 'agent-speech-ended', interrupted: false });
  }

  #awaitCalls({ turn, calls }: RealtimeResponse): void {
    const results = Promise.all(calls.map(({ result }) => result));
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
    if (session !== this.#session || !this.#connected) return;
    const { maxToolRounds } = this.#init;
    const respond = !turn.retired && turn.rounds <= maxToolRounds + 1;
    const requestId = crypto.randomUUID();
    const command = { type: 'tool-results', requestId, results, respond } as const;
    if (respond) {
      this.#waiting.push({ ...command, turn });
      this.#pump();
      return;
    }
    this.#init.send(command);
    if (turn.retired) return;
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
    this.#waiting = this.#waiting.filter((request) => request.turn !== turn);
    this.#silence(turn, options);
  }

  /** The turn is retired: it falls silent, and its record has no more than what was heard. */
  #silence(turn: RealtimeTurn, options: BreakOff): void {
    const heard = turn.heard(this.#playedMs(turn, options.playedMs));
    const active = this.#active?.turn === turn ? this.#active : undefined;
    const last = active ?? options.ended;
    this.#open.delete(turn);
    this.#init.takeBack(turn.id);
    if (last && heard.lastText !== '') {
      this.#put(turn, { type: 'agent-transcript', mode: 'final', text: heard.lastText });
      this.#init.onAgentTranscript();
    }
    if (turn.audioMs > 0) {
      const { playedMs } = heard;
      this.#put(turn, { type: 'audio-output-done', interrupted: true, playedMs });
    }
    if (last?.spoke) this.#put(turn, { type: 'agent-speech-ended', interrupted: true });
    turn.record.brokeOff(heard.text, options.error);
    if (!active && heard.items.length === 0) return;
    this.#init.send({
      type: 'interrupt',
      active: active !== undefined,
      cause: options.cause ?? 'request',
      responseId: active?.id,
      heard: heard.items,
    });
  }

  #put(
    { id: turnId }: RealtimeTurn,
    item: RealtimeOutput extends infer Item
      ? Item extends RealtimeOutput
        ? Omit<Item, 'turnId' | 'epoch'>
        : never
      : never,
  ): void {
    this.#init.put({ ...item, turnId, epoch: this.#epoch });
  }

  /** A provider that is to answer, or to end what was interrupted, may not be silent for ever. */
  #watch(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    const turn = this.#active?.turn ?? this.#awaited?.turn;
    if (!turn || !this.#connected) return;
    const limitMs = turn.retired ? RETIRED_QUIET_MS : ANSWER_MS;
    this.#timer = this.#init.clock().setTimeout(() => {
      const message = `no word of the answer came for ${String(limitMs)} ms`;
      if (!turn.retired) this.#fail(turn, 'timeout', message);
      if (this.#active?.id !== undefined) this.#over.add(this.#active.id);
      this.#active = undefined;
      this.#awaited = undefined;
      this.#pump();
    }, limitMs);
  }
}

/** A model that has had its rounds is told to come to an end. */
function refused({ id, name, arguments: text }: EventOf<'tool-call'>): BegunCall {
  const error =
    'You can call no more functions for this answer. Answer now, with what you have found out; say what you could not find out.';
  const result: ToolResult = { toolCallId: id, name, content: errorText(error), error };
  return {
    call: { id, name, arguments: text },
    result: Promise.resolve(result),
    cancel: () => undefined,
  };
}
