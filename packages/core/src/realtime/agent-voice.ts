import type { EventOf, VoiceInit } from './dialogue-types.ts';
import type { RealtimeOutput } from './realtime-output.ts';
import type { Heard, RealtimeResponse, RealtimeTurn } from './realtime-turn.ts';

type WithoutTurn<Item> = Item extends RealtimeOutput ? Omit<Item, 'turnId' | 'epoch'> : never;

/** The agent's voice: what comes out of it, how much of it was heard, and how it falls silent. */
export class AgentVoice {
  readonly #init: VoiceInit;
  /** The turn that was heard last: it may still be playing. */
  #last: RealtimeTurn | undefined;

  constructor(init: VoiceInit) {
    this.#init = init;
  }

  /**
   * The turn that is still heard.
   *
   * @param playedMs how much of it was played, if the caller knows
   */
  playing(playedMs?: number): RealtimeTurn | undefined {
    const last = this.#last;
    if (!last || last.retired) return undefined;
    return this.#playedMs(last, playedMs) < last.audioMs ? last : undefined;
  }

  hear(response: RealtimeResponse, { audio, itemId }: EventOf<'audio'>): void {
    const first = !response.spoke;
    const pcm = response.hear(audio);
    if (!pcm) return;
    const { turn } = response;
    const nowMs = this.#init.clock().now();
    response.itemId ??= itemId ?? undefined;
    this.#last = turn;
    if (turn.firstAudioMs === undefined) {
      turn.firstAudioMs = nowMs;
      if (turn.askedMs !== undefined) this.#init.onFirstAudio(nowMs - turn.askedMs);
    }
    if (first) this.#put(turn, { type: 'agent-speech-started' });
    this.#put(turn, { type: 'audio-output', pcm });
  }

  read(response: RealtimeResponse, { mode, text }: EventOf<'agent-transcript'>): void {
    const before = response.text;
    response.text = mode === 'delta' ? before + (text ?? '') : (text ?? before);
    if (response.text.startsWith(before))
      response.turn.record.delta(response.text.slice(before.length));
    if (response.text !== before && response.text.trim() !== '')
      this.#put(response.turn, { type: 'agent-transcript', mode: 'partial', text: response.text });
  }

  /** The response is complete. */
  end({ turn, text, spoke }: RealtimeResponse): void {
    this.#tell(turn, text);
    if (!spoke) return;
    this.#put(turn, { type: 'audio-output-done', interrupted: false });
    this.#put(turn, { type: 'agent-speech-ended', interrupted: false });
  }

  /**
   * The turn breaks off: nothing of it is wanted any more.
   *
   * @param options.under the response that was under way
   * @returns what was heard of it
   */
  fallSilent(
    turn: RealtimeTurn,
    options: { under: RealtimeResponse | undefined; playedMs: number | undefined },
  ): Heard {
    const { under } = options;
    const heard = turn.heard(this.#playedMs(turn, options.playedMs));
    this.#init.takeBack(turn.id);
    if (under) this.#tell(turn, heard.lastText);
    if (turn.audioMs > 0) {
      const { playedMs } = heard;
      this.#put(turn, { type: 'audio-output-done', interrupted: true, playedMs });
    }
    if (under?.spoke) this.#put(turn, { type: 'agent-speech-ended', interrupted: true });
    return heard;
  }

  /** As it is known, or as long ago as it began. */
  #playedMs({ id, firstAudioMs, audioMs }: RealtimeTurn, known: number | undefined): number {
    if (firstAudioMs === undefined) return 0;
    const playedMs = known ?? this.#init.playedMs(id);
    return Math.min(playedMs ?? this.#init.clock().now() - firstAudioMs, audioMs);
  }

  #tell(turn: RealtimeTurn, text: string): void {
    if (text.trim() === '') return;
    this.#put(turn, { type: 'agent-transcript', mode: 'final', text });
    this.#init.onAgentTranscript();
  }

  #put({ id: turnId }: RealtimeTurn, item: WithoutTurn<RealtimeOutput>): void {
    this.#init.put({ ...item, turnId, epoch: this.#init.epoch() });
  }
}
