import type { Clock } from '../clock.ts';
import { FrameBuffer } from './frame-buffer.ts';
import type { JpegEncoder } from './jpeg-encoder.ts';
import type { FrameHandlerId } from './video-forwarder.ts';
import { VideoForwarder } from './video-forwarder.ts';
import type { EncodedFrame, VideoFrame } from './video-frame.ts';
import type { VideoTrack } from './video-track.ts';

export interface FrameWatchInit {
  readonly track: VideoTrack;
  /** One that others use too; without it the watch makes one of its own. */
  readonly sharedForwarder: VideoForwarder | undefined;
  readonly fps: number;
  readonly bufferSeconds: number;
  readonly encoder: JpegEncoder;
  readonly clock: Clock;
  readonly onError: (error: unknown) => void;
  /** Called with each frame that is kept. */
  readonly onFrame?: ((frame: EncodedFrame) => void) | undefined;
}

/** Which a track can be watched at without asking for more than a source gives. */
const SOURCE_FPS = 30;

/** Keeps the newest frames of one track as JPEGs. They are encoded as they come, so that nobody waits for it later. */
export class FrameWatch {
  readonly #init: FrameWatchInit;
  readonly #buffer: FrameBuffer<EncodedFrame>;
  #state: 'new' | 'watching' | 'stopped' = 'new';
  #forwarder: VideoForwarder | undefined;
  #handler: FrameHandlerId | undefined;

  constructor(init: FrameWatchInit) {
    this.#init = init;
    this.#buffer = new FrameBuffer({ fps: init.fps, seconds: init.bufferSeconds });
  }

  /** Oldest first. */
  get frames(): readonly EncodedFrame[] {
    return this.#buffer.frames;
  }

  /** Does nothing once it was stopped. */
  start(): void {
    if (this.#state !== 'new') return;
    const { track, sharedForwarder, fps, clock, onError } = this.#init;
    this.#state = 'watching';
    this.#forwarder =
      sharedForwarder ??
      new VideoForwarder(track, { fps: Math.max(SOURCE_FPS, fps), clock, onError });
    this.#handler = this.#forwarder.addFrameHandler((frame) => this.#keep(frame), {
      fps: Math.min(fps, this.#forwarder.fps),
      name: 'watching',
    });
  }

  /** No frame is kept any more. A forwarder that others use goes on for them. */
  async stop(): Promise<void> {
    this.#state = 'stopped';
    const forwarder = this.#forwarder;
    if (this.#handler !== undefined) forwarder?.removeFrameHandler(this.#handler);
    if (this.#init.sharedForwarder === undefined) await forwarder?.stop();
    this.#buffer.clear();
    this.#init.encoder.forget();
  }

  async #keep(frame: VideoFrame): Promise<void> {
    try {
      const jpeg = await this.#init.encoder.encode(frame);
      if (this.#state === 'watching' && this.#buffer.push(jpeg)) this.#init.onFrame?.(jpeg);
    } catch (error) {
      if (this.#state === 'watching') this.#init.onError(error);
    }
  }
}
