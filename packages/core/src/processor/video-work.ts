import type { Clock } from '../clock.ts';
import type { Participant } from '../events/participant.ts';
import type { VideoForwarder } from '../video/video-forwarder.ts';
import type { VideoFrame } from '../video/video-frame.ts';
import type { VideoTrack } from '../video/video-track.ts';
import { FrameWork, type FrameWorkInit, type GivenFrame } from './frame-work.ts';
import { PublishedVideoTrack } from './published-video-track.ts';
import { VideoWatch } from './video-watch.ts';

export interface WatchOptions {
  /** Whose video it is. */
  participant?: Participant | undefined;
  /** Where others watch the same track: it is read once for all, and never stopped here. */
  sharedForwarder?: VideoForwarder | undefined;
}

export interface VideoWorkInit extends Omit<FrameWorkInit, 'onDone' | 'onError'> {
  readonly fps: number;
  readonly clock: () => Clock;
  readonly onProcessed: (latencyMs: number) => void;
  readonly onError: (error: unknown, context: string, participant: Participant | undefined) => void;
}

/** The video of a processor: which track it watches, and what it shows of it. */
export class VideoWork {
  readonly #init: VideoWorkInit;
  readonly #frames: FrameWork;
  readonly #tracks: PublishedVideoTrack[] = [];
  #watch: VideoWatch | undefined;
  #isOpen = false;
  #skipped = 0;

  constructor(init: VideoWorkInit) {
    this.#init = init;
    this.#frames = new FrameWork({
      ...init,
      onDone: (result, latencyMs) => {
        init.onProcessed(latencyMs);
        if (result) for (const track of this.#tracks) track.show(result);
      },
      onError: (error, { participant }) => init.onError(error, 'processVideo', participant),
    });
  }

  /** Frames that were due, and gave way to newer ones. */
  get skipped(): number {
    return this.#skipped;
  }

  /** Whose video is watched. */
  get participant(): Participant | undefined {
    return this.#watch?.participant;
  }

  find(frame: VideoFrame): GivenFrame | undefined {
    return this.#frames.find(frame);
  }

  /** From now on frames come. */
  open(): void {
    this.#isOpen = true;
    this.#watch?.start();
  }

  /** Watches a track, once the one before is let go of. */
  async watch(
    track: VideoTrack,
    options: WatchOptions & { name: string; processes: boolean; publishes: boolean },
  ): Promise<void> {
    const { participant, sharedForwarder, name, processes, publishes } = options;
    const { fps, clock, onError } = this.#init;
    const before = this.#watch;
    const watch = new VideoWatch({
      track,
      participant,
      sharedForwarder,
      fps,
      name,
      clock: clock(),
      process: processes ? (frame) => this.#frames.run(frame, watch) : undefined,
      follow: publishes ? (frame) => this.#follow(frame) : undefined,
      onSkip: () => (this.#skipped += 1),
      onError: (error) => onError(error, 'watchVideoTrack', participant),
    });
    this.#watch = watch;
    await this.#letGo(before);
    // Unless it was told meanwhile to watch another, or none.
    if (this.#isOpen && this.#watch === watch) watch.start();
  }

  /** Resolves with whether nothing is watched any more that was watched before. */
  async stop(): Promise<boolean> {
    const watch = this.#watch;
    this.#watch = undefined;
    await this.#letGo(watch);
    return watch !== undefined && this.#watch === undefined;
  }

  publish(draw: ((frame: VideoFrame) => VideoFrame) | undefined, id: string): VideoTrack {
    const onError = (error: unknown): void =>
      this.#init.onError(error, 'draw', this.#watch?.participant);
    const track = new PublishedVideoTrack({ id, draw, onError });
    this.#tracks.push(track);
    return track;
  }

  close(): void {
    for (const track of this.#tracks) track.close();
  }

  #follow(frame: VideoFrame): void {
    for (const track of this.#tracks) track.follow(frame);
  }

  async #letGo(watch: VideoWatch | undefined): Promise<void> {
    for (const track of this.#tracks) track.forget();
    await watch?.stop();
  }
}
