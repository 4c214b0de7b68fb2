import type { EventOf, VoiceInit } from './dialogue-types.ts';
import type { RealtimeOutput } from './realtime-output.ts';
import type { Heard, RealtimeResponse, RealtimeTurn } from './realtime-turn.ts';

type WithoutTurn<Item> = Item extends RealtimeOutput ? Omit<Item, 'turnId' | 'epoch'> : never;

/** The agent's voice: what comes out of it, how much of it was heard, and how it falls silent. */
export class AgentVoice {
  readonly #init: VoiceInit;
  /** Turns that may still be playing, in the order in which they are heard. */
  #spoken: RealtimeTurn[] = [];
  #last: RealtimeTurn | undefined;
  /** When all that has come will have been heard. */
  #endMs = 0;

  constructor(init: VoiceInit) {
    this.#init = init;
  }

  /**
   * The turns that are still heard, or will be: an answer is mostly made faster than it is heard.
   *
   * @param playedMs how much of the first of them was played, if the caller knows
   */
  playing(playedMs?: number): readonly RealtimeTurn[] {
    this.#spoken = this.#spoken.filter((turn) => this.#isHeard(turn));
    const last = this.#last;
    // Who knows is believed, also where it should have been heard to its end by now.
    if (this.#spoken.length === 0 && last && !last.retired && playedMs !== undefined)
      return playedMs < last.audioMs ? [last] : [];
    const [first, ...later] = this.#spoken;
    const over = first?.complete && playedMs !== undefined && playedMs >= first.audioMs;
    return over ? later : this.#spoken;
  }

  hear(response: RealtimeResponse, { audio, itemId }: EventOf<'audio'>): void {
    const first = !response.spoke;
    const pcm = response.hear(audio);
    if (!pcm) return;
    const { turn } = response;
    const nowMs = this.#init.clock().now();
    response.itemId ??= itemId ?? undefined;
    this.#last = turn;
    const heardMs = Math.max(nowMs, this.#endMs);
    this.#endMs = heardMs + pcm.durationMs;
    if (!this.#spoken.includes(turn)) this.#spoken = [...this.playing(), turn];
    if (turn.firstAudioMs === undefined) {
      turn.firstAudioMs = heardMs;
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
    this.#spoken = this.#spoken.filter((other) => other !== turn);
    if (this.#spoken.length === 0) this.#endMs = 0;
    if (under) this.#tell(turn, heard.lastText);
    if (turn.audioMs > 0) {
      const { playedMs } = heard;
      this.#put(turn, { type: 'audio-output-done', interrupted: true, playedMs });
    }
    if (under?.spoke) this.#put(turn, { type: 'agent-speech-ended', interrupted: true });
    return heard;
  }

  /** The provider has no name any more for what is still heard. */
  forgetItems(): void {
    for (const { responses } of this.#last ? [this.#last, ...this.#spoken] : [])
      for (const response of responses) response.itemId = undefined;
  }

  /** More of it comes, or not all of it was played. */
  #isHeard(turn: RealtimeTurn): boolean {
    if (turn.retired) return false;
    return !turn.complete || this.#playedMs(turn, undefined) < turn.audioMs;
  }

  /** As it is known, or as long ago as it began to be heard. */
  #playedMs({ id, firstAudioMs, audioMs }: RealtimeTurn, known: number | undefined): number {
    if (firstAudioMs === undefined) return 0;
    const playedMs = known ?? this.#init.playedMs(id) ?? this.#init.clock().now() - firstAudioMs;
    return Math.min(Math.max(0, playedMs), audioMs);
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
