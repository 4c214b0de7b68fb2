import { checkInteger } from '../audio/check-number.ts';
import { systemClock, type Clock } from '../clock.ts';
import { within } from '../component/within.ts';
import { describeValue } from '../describe-value.ts';
import { redact } from '../errors/redact.ts';
import { checkFps } from './check-fps.ts';
import { FrameLane, type FrameHandler } from './frame-lane.ts';
import { FrameReading } from './frame-reading.ts';
import type { VideoFrame } from './video-frame.ts';
import type { VideoTrack } from './video-track.ts';

/** What `addFrameHandler` gives, for `removeFrameHandler`. */
export type FrameHandlerId = symbol;

export interface VideoForwarderOptions {
  /** How many frames wait at most for a handler that is busy; the oldest give way. 1 unless told otherwise: the newest frame. */
  maxBuffer?: number | undefined;
  /** Frames per second: the most that a handler can ask for, and what it gets unless it asks for less. 30 unless told otherwise. */
  fps?: number | undefined;
  /** For messages. The track's id unless told otherwise. */
  name?: string | undefined;
  clock?: Clock | undefined;
  /**
   * Told when a handler throws or rejects, or hangs while stopping, and when the track fails. None of it ends the
   * other handlers. Without it, it becomes a process warning.
   *
   * @param context who it was
   */
  onError?: ((error: unknown, context: string) => void) | undefined;
}

export interface FrameHandlerOptions {
  /** Frames per second; the forwarder's unless told otherwise. It may be a fraction. */
  fps?: number | undefined;
  /** For messages. */
  name?: string | undefined;
  /** How many frames wait at most while the handler is busy; the forwarder's `maxBuffer` unless told otherwise. */
  maxBuffer?: number | undefined;
  /** Told of each frame that was due and gave way to a newer one, because the handler was busy. */
  onSkip?: (() => void) | undefined;
}

const DEFAULT_FPS = 30;
/** A frame that comes early by less than this part of the forwarder's interval counts as on time. */
const EARLY_PART = 1 / 4;
const STOP_MS = 1_000;

/**
 * Shares one track among handlers, each at a rate of its own: a handler that is slow gets fewer frames, the newest
 * ones, and delays no other. Times are the clock's, whatever the frames' timestamps say.
 *
 * The handlers are what counts: the track is read from the first `addFrameHandler` (or `start()`) on, and let go of
 * when the last handler is removed. So whoever shares a forwarder adds and removes handlers, and leaves `stop()` to
 * whoever made it.
 */
export class VideoForwarder {
  readonly name: string;
  /** Frames per second. */
  readonly fps: number;
  readonly #track: VideoTrack;
  readonly #maxBuffer: number;
  readonly #clock: Clock;
  readonly #tell: (error: unknown, context: string) => void;
  readonly #lanes = new Map<FrameHandlerId, { lane: FrameLane; name: string }>();
  #reading: FrameReading | undefined;
  /** Settled when the track that was read last is let go of. */
  #released: Promise<void> | undefined;

  /**
   * @throws RangeError for an `fps` that is not above 0, or a `maxBuffer` that is not a positive integer
   * @throws TypeError when either is no number, or the track has no `frames()`
   */
  constructor(track: VideoTrack, options: VideoForwarderOptions = {}) {
    if (typeof track?.frames !== 'function')
      throw new TypeError(`a video track must have frames(), got ${describeValue(track)}`);
    const { maxBuffer = 1, fps = DEFAULT_FPS, name = track.id, clock = systemClock } = options;
    checkInteger('maxBuffer', maxBuffer);
    checkFps('fps', fps);
    this.#track = track;
    this.#maxBuffer = maxBuffer;
    this.fps = fps;
    this.name = name;
    this.#clock = clock;
    this.#tell = options.onError ?? warn;
  }

  /** How many handlers there are. */
  get handlers(): number {
    return this.#lanes.size;
  }

  /** Whether the track is being read: there are handlers, and it was neither stopped nor has it ended. */
  get running(): boolean {
    return this.#reading !== undefined;
  }

  /**
   * Calls the handler with frames of the track, at its own rate and one at a time, until it is removed. Starts the
   * forwarder.
   *
   * @throws RangeError for an `fps` that is above the forwarder's, or not above 0, or a `maxBuffer` that is not a
   * positive integer
   * @throws TypeError when the handler is no function
   */
  addFrameHandler(onFrame: FrameHandler, options: FrameHandlerOptions = {}): FrameHandlerId {
    if (typeof onFrame !== 'function')
      throw new TypeError(`a frame handler must be a function, got ${describeValue(onFrame)}`);
    const { fps = this.fps, name = `handler ${String(this.#lanes.size + 1)}` } = options;
    const { maxBuffer = this.#maxBuffer, onSkip } = options;
    checkFps('fps', fps);
    checkInteger('maxBuffer', maxBuffer);
    if (fps > this.fps) {
      throw new RangeError(
        `fps of handler ${name} is ${String(fps)}, above the ${String(this.fps)} of forwarder ${this.name}`,
      );
    }
    const id = Symbol(name);
    const context = `${this.name}, ${name}`;
    const lane = new FrameLane({
      onFrame,
      fps,
      toleranceMs: (EARLY_PART * 1_000) / this.fps,
      maxBuffer,
      clock: this.#clock,
      onError: (error) => this.#report(error, context),
      onSkip: onSkip && (() => this.#guard(onSkip, context)),
    });
    this.#lanes.set(id, { lane, name: context });
    this.#read();
    return id;
  }

  /**
   * The handler gets no further frame; it may still be at its last. With the last handler the track is let go of.
   *
   * @returns false when there is no such handler (any more)
   */
  removeFrameHandler(id: FrameHandlerId): boolean {
    const found = this.#lanes.get(id);
    if (!found) return false;
    this.#lanes.delete(id);
    found.lane.clear();
    if (this.#lanes.size === 0) void this.#letGo();
    return true;
  }

  /** Reads the track for the handlers that are there, also again after `stop()` or the track's end. Does nothing while it runs. */
  async start(): Promise<void> {
    this.#read();
  }

  /**
   * Lets go of the track and waits for the handlers that are at a frame, at most a second. The handlers stay for
   * another `start()`. A handler may call it: that one isn't waited for.
   */
  async stop(): Promise<void> {
    const letGo = this.#letGo();
    const lanes = [...this.#lanes.values()];
    for (const { lane } of lanes) lane.clear();
    await Promise.all([letGo, ...lanes.map((lane) => this.#finish(lane))]);
  }

  #read(): void {
    if (this.#reading || this.#lanes.size === 0) return;
    const reading = new FrameReading({
      track: this.#track,
      onFrame: (frame) => {
        if (this.#reading === reading) this.#forward(frame);
      },
      onError: (error) => this.#report(error, `${this.name}, track ${this.#track.id}`),
      onEnd: () => {
        if (this.#reading === reading) this.#reading = undefined;
      },
    });
    this.#reading = reading;
    reading.start();
  }

  #forward(frame: VideoFrame): void {
    for (const { lane } of this.#lanes.values()) lane.offer(frame);
  }

  async #letGo(): Promise<void> {
    const reading = this.#reading;
    this.#reading = undefined;
    if (reading) this.#released = reading.stop();
    await this.#released;
  }

  async #finish({ lane, name }: { lane: FrameLane; name: string }): Promise<void> {
    if (lane.running === undefined || lane === FrameLane.current) return;
    if ((await within(this.#clock, STOP_MS, lane.running)) === 'done') return;
    this.#report(new Error(`did not finish within ${String(STOP_MS)} ms while stopping`), name);
  }

  #guard(observe: () => void, context: string): void {
    try {
      observe();
    } catch (error) {
      this.#report(error, context);
    }
  }

  /** An observer that throws harms nobody either. */
  #report(error: unknown, context: string): void {
    try {
      this.#tell(error, context);
    } catch (second) {
      warn(second, context);
    }
  }
}

function warn(error: unknown, context: string): void {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.emitWarning(redact(`${context}: ${text}`), 'VideoForwarderWarning');
}
