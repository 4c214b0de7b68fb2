import { Stream } from '../stream.ts';
import type { RealtimeOutput } from './realtime-output.ts';

/** With so much unread, further partial transcripts are dropped: the final ones replace them anyway. */
const MAX_PARTIAL = 1_000;
/** With so much unread, nobody plays the audio: what there is of it is dropped. */
const MAX_UNREAD = 20_000;

/** What comes out, until somebody reads it. */
export class RealtimeOutputs {
  readonly stream: Stream<RealtimeOutput> = new Stream();

  put(item: RealtimeOutput): void {
    const { stream } = this;
    if (stream.closed) return;
    const partial = 'mode' in item && item.mode === 'partial';
    if (partial && stream.size >= MAX_PARTIAL) return;
    if (stream.size >= MAX_UNREAD) this.dropAudio();
    stream.trySend(item);
  }

  /** The agent was interrupted: audio that nobody has read yet is not to be heard any more. */
  dropAudio(): void {
    this.#drop(({ type }) => type === 'audio-output');
  }

  /** What nobody has read yet of a turn that was interrupted. */
  takeBack(turnId: string): void {
    this.#drop(
      (item) =>
        item.turnId === turnId &&
        (item.type === 'audio-output' ||
          (item.type === 'agent-transcript' && item.mode === 'partial')),
    );
  }

  #drop(isStale: (item: RealtimeOutput) => boolean): void {
    const { stream } = this;
    const unread = stream.peek();
    if (stream.closed || !unread.some(isStale)) return;
    stream.clear();
    for (const item of unread) if (!isStale(item)) stream.trySend(item);
  }
}
