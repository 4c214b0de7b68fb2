import type { VideoLLM } from '@vision-agents/core';
import { VirtualClock } from '../clock/index.ts';
import type { GivenClient, PluginClient } from '../contract/plugin-client.ts';
import type { LLMFake } from '../fake/index.ts';
import { LLMBench, type ObservedLLM } from '../llm/llm-bench.ts';
import {
  NumberedTrack,
  readImage,
  type NumberedImage,
  type NumberedTrackOptions,
} from '../video/index.ts';

/** What a contract suite needs to know of a plugin whose model sees. */
export interface VLMSubject<Provider extends LLMFake = LLMFake, Client extends object = object> {
  /** A new instance that talks to the fake provider, with every credential it needs. */
  create(provider: Provider): VideoLLM;
  /** The plugin's own fake. */
  provider: Provider;
  /** What its images fit into, in pixels; 800×600 unless given. */
  imageBounds?: { width: number; height: number } | undefined;
  /** For a plugin that takes a client of the vendor's. */
  client?: PluginClient<Provider, VideoLLM, Client> | undefined;
}

/** The same, for one run of a rule. */
export interface VLMBenchInit extends Pick<VLMSubject, 'imageBounds'> {
  provider: LLMFake;
  create: () => VideoLLM;
  client?: (() => GivenClient<VideoLLM>) | undefined;
}

/** One instance under test, on the clock of the bench. */
export interface ObservedVLM extends ObservedLLM {
  readonly vlm: VideoLLM;
}

/** The first frame has come by then, of a track that runs already too, and nothing is due at that moment. */
const FIRST_FRAME_MS = 40;
/** Encoding happens in real time, in a thread. */
const ENCODING_MS = 2_000;
const IMPATIENT_MS = 50;

/** What the rules of a model that sees work with: those of a language model, and time that passes for video. */
export class VLMBench extends LLMBench {
  readonly imageBounds: { width: number; height: number };
  readonly clock: VirtualClock = new VirtualClock();
  readonly #made: VideoLLM[];
  #patienceMs = ENCODING_MS;

  constructor({ provider, client, imageBounds, ...init }: VLMBenchInit) {
    const made: VideoLLM[] = [];
    const create = (): VideoLLM => {
      const vlm = init.create();
      made.push(vlm);
      return vlm;
    };
    super({ provider, create, client });
    this.#made = made;
    this.imageBounds = imageBounds ?? { width: 800, height: 600 };
  }

  /** A new instance, started, for which time passes only by `watch()` and `pass()`. */
  async startVLM(): Promise<ObservedVLM> {
    const observed = this.create();
    const vlm = this.#made.at(-1);
    if (vlm === undefined) throw new TypeError('the subject made no instance');
    vlm.useClock(this.clock);
    await vlm.start();
    return { ...observed, vlm };
  }

  track(options: NumberedTrackOptions = {}): NumberedTrack {
    return new NumberedTrack({ ...options, clock: this.clock });
  }

  /** Has it watch a track, until it has a frame. */
  async watch(vlm: VideoLLM, ...watched: Parameters<VideoLLM['watchVideoTrack']>): Promise<void> {
    await vlm.watchVideoTrack(...watched);
    const before = vlm.frames;
    await this.clock.advance(FIRST_FRAME_MS);
    await this.#kept(vlm, before);
  }

  /** Lets so much time pass that it sees that many more frames. */
  async pass(vlm: VideoLLM, frames: number): Promise<void> {
    for (let frame = 0; frame < frames; frame += 1) {
      const before = vlm.frames;
      await this.clock.advance(1_000 / vlm.fps);
      await this.#kept(vlm, before);
    }
  }

  /** As `pass()`, where nothing that it keeps is to change: it is given little time to prove the opposite. */
  async passInVain(vlm: VideoLLM, frames: number): Promise<void> {
    this.#patienceMs = IMPATIENT_MS;
    await this.pass(vlm, frames);
    this.#patienceMs = ENCODING_MS;
  }

  /** Asks, and resolves with every image that the model is given, in order. */
  async see(vlm: VideoLLM): Promise<readonly NumberedImage[]> {
    await this.ask(vlm, 'What do you see?');
    const urls = this.prompt.messages.flatMap(({ images }) => images);
    return Promise.all(urls.map((url) => readImage(url)));
  }

  /** As `see()`, but the numbers alone, the smallest first. */
  async seeNumbers(vlm: VideoLLM): Promise<readonly number[]> {
    const images = await this.see(vlm);
    return images.map(({ number = Number.NaN }) => number).toSorted((a, b) => a - b);
  }

  /**
   * Waits until what is kept has changed. A plugin that keeps frames elsewhere, or the same one as before, is given
   * its time once, and then little.
   */
  async #kept(vlm: VideoLLM, before: VideoLLM['frames']): Promise<void> {
    const untilMs = performance.now() + this.#patienceMs;
    while (isSame(vlm.frames, before) && performance.now() < untilMs) await this.clock.settle(1);
    if (isSame(vlm.frames, before)) this.#patienceMs = IMPATIENT_MS;
  }
}

function isSame(frames: VideoLLM['frames'], before: VideoLLM['frames']): boolean {
  return frames.length === before.length && frames.every((frame, index) => frame === before[index]);
}
