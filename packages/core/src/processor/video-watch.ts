import type { Clock } from '../clock.ts';
import type { Participant } from '../events/participant.ts';
import { VideoForwarder, type FrameHandlerId } from '../video/video-forwarder.ts';
import type { VideoFrame } from '../video/video-frame.ts';
import type { VideoTrack } from '../video/video-track.ts';

export interface VideoWatchInit {
  readonly track: VideoTrack;
  readonly participant: Participant | undefined;
  /** One that others use too; without it the watch makes one of its own. */
  readonly sharedForwarder: VideoForwarder | undefined;
  /** How many frames a second are processed. */
  readonly fps: number;
  readonly name: string;
  readonly clock: Clock;
  /**
   * Undefined where frames are not processed. The next one comes when the promise is settled, which it is soon after the
   * watch has stopped.
   */
  readonly process: ((frame: VideoFrame) => Promise<void>) | undefined;
  /** Given each frame of the source. Undefined where nothing is published. */
  readonly follow: ((frame: VideoFrame) => void) | undefined;
  readonly onSkip: () => void;
  readonly onError: (error: unknown) => void;
}

/** The most that a camera gives. */
const SOURCE_FPS = 60;

/** One track that is watched, until it is stopped: then nothing of it counts any more. */
export class VideoWatch {
  readonly #init: VideoWatchInit;
  readonly #aborter = new AbortController();
  #forwarder: VideoForwarder | undefined;
  #handlers: FrameHandlerId[] = [];
  #running: Promise<void> | undefined;

  constructor(init: VideoWatchInit) {
    this.#init = init;
  }

  get participant(): Participant | undefined {
    return this.#init.participant;
  }

  /** Aborted when it is stopped. */
  get signal(): AbortSignal {
    return this.#aborter.signal;
  }

  /** Does nothing once it was stopped. */
  start(): void {
    if (this.signal.aborted || this.#forwarder) return;
    const { track, sharedForwarder, fps, name, clock, process, follow, onSkip, onError } =
      this.#init;
    const forwarder =
      sharedForwarder ??
      new VideoForwarder(track, { fps: Math.max(SOURCE_FPS, fps), clock, onError });
    this.#forwarder = forwarder;
    if (process) {
      const take = (frame: VideoFrame): Promise<void> => {
        this.#running = process(frame);
        return this.#running;
      };
      const rate = Math.min(fps, forwarder.fps);
      this.#handlers.push(
        forwarder.addFrameHandler(take, { fps: rate, name, maxBuffer: 1, onSkip }),
      );
    }
    if (follow)
      this.#handlers.push(forwarder.addFrameHandler(follow, { name: `${name}, published` }));
  }

  /** Lets go of the track. The frame that is being processed is given up. */
  async stop(): Promise<void> {
    this.#aborter.abort(new Error('The track is not watched any more'));
    const forwarder = this.#forwarder;
    for (const id of this.#handlers.splice(0)) forwarder?.removeFrameHandler(id);
    if (this.#init.sharedForwarder === undefined) await forwarder?.stop();
    await this.#running;
  }
}
