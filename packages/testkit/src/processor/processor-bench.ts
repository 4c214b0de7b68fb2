import { strict as assert } from 'node:assert';
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import {
  BaseEvent,
  ComponentErrorEvent,
  isAudioProcessor,
  isVideoProcessor,
  PcmData,
  type AudioTrack,
  type Component,
  type Processor,
  type ProviderError,
} from '@vision-agents/core';
import type { VideoFrame, VideoTrack } from '@vision-agents/core/video';
import { VirtualClock } from '../clock/index.ts';
import type { ComponentBench } from '../contract/component-rules.ts';
import { recordings } from '../speech/index.ts';
import { NumberedTrack, type NumberedTrackOptions } from '../video/index.ts';
import { ListeningLLM } from './listening-llm.ts';
import { WatchedWork } from './watched-work.ts';

/** What a contract suite needs to know of a plugin. */
export interface ProcessorSubject {
  /**
   * A new instance, with every option it needs. It is also called once while the tests are collected, to see what the
   * processor can do.
   */
  create(): Processor;
  /** The frames that it takes; `i420` and `rgba` unless given. */
  frameKinds?: readonly ('i420' | 'rgba')[] | undefined;
}

/** One instance under test, with everything that it was given and told. */
export interface ObservedProcessor {
  readonly processor: Processor;
  readonly work: WatchedWork;
  readonly events: readonly BaseEvent[];
  /** The errors that were told by events. */
  readonly errors: readonly ProviderError[];
}

/** What is read of a track in the background. */
export interface Viewing<Item> {
  readonly seen: readonly Item[];
  readonly ended: Promise<void>;
  leave(): void;
}

/** Of the tracks that rules show. */
export const SOURCE_FPS = 30;
const FRAME_MS = 1_000 / SOURCE_FPS;
/** A thread starts, and whatever else happens in real time has happened. */
const PATIENCE_MS = 10_000;

/** What a rule works with: instances on a clock of its own, tracks to watch, and a model that listens. */
export class ProcessorBench implements ComponentBench {
  readonly clock = new VirtualClock();
  readonly frameKinds: readonly ('i420' | 'rgba')[];
  readonly #create: () => Processor;
  readonly #made: ObservedProcessor[] = [];
  readonly #models: ListeningLLM[] = [];
  readonly #viewings: Viewing<unknown>[] = [];

  constructor(subject: ProcessorSubject) {
    this.#create = () => subject.create();
    this.frameKinds = subject.frameKinds ?? ['i420', 'rgba'];
  }

  /** A new instance, not yet started. */
  create(): ObservedProcessor {
    const processor = this.#create();
    processor.useClock(this.clock);
    const events: BaseEvent[] = [];
    const errors: ProviderError[] = [];
    processor.events.on(BaseEvent, (event) => void events.push(event));
    processor.events.on(ComponentErrorEvent, ({ error }) => void errors.push(error));
    const observed = { processor, work: new WatchedWork(processor), events, errors };
    this.#made.push(observed);
    return observed;
  }

  async start(): Promise<ObservedProcessor> {
    const observed = this.create();
    await observed.processor.start();
    return observed;
  }

  /** Frames of the size and kind that the processor takes, small ones, because there are many. */
  track(options: NumberedTrackOptions = {}): NumberedTrack {
    const [kind] = this.frameKinds;
    return new NumberedTrack({ width: 64, height: 32, kind, ...options, clock: this.clock });
  }

  /** The beginning of a recording, in pieces of 20 ms. A copy, in case that somebody changes it. */
  speech(speaker: 'ada' | 'ben', durationMs: number, sampleRate?: 16_000 | 48_000): PcmData[] {
    const pcm = recordings[speaker].pcm(sampleRate);
    return [...pcm.slice(0, durationMs).chunks(pcm.sampleRate / 50)].map((chunk) =>
      PcmData.fromBytes(chunk.toBytes(), chunk),
    );
  }

  model(): ListeningLLM {
    const model = new ListeningLLM();
    this.#models.push(model);
    return model;
  }

  /** Lets so much time pass, frame by frame: what is begun in real time is waited for. */
  async pass(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= FRAME_MS) {
      await this.clock.advance(Math.min(left, FRAME_MS));
      await this.idle();
    }
  }

  /** Lets pass what it takes for the processor to get so many more frames. */
  async passFrames({ processor }: ObservedProcessor, frames: number): Promise<void> {
    await this.pass((frames * 1_000) / Math.min(processor.fps, SOURCE_FPS));
  }

  /** Waits until no instance is at something. */
  async idle(): Promise<void> {
    await this.until('the processor must be done with what it was given', () =>
      this.#made.every(({ work }) => !work.busy),
    );
    await this.clock.settle();
  }

  /** Waits in real time, at most as long as anything may take. */
  async until(what: string, condition: () => boolean): Promise<void> {
    const limitMs = performance.now() + PATIENCE_MS;
    while (!condition()) {
      assert(performance.now() < limitMs, what);
      await setImmediate();
    }
  }

  /** Reads a track in the background, from now on. */
  async view(track: VideoTrack): Promise<Viewing<VideoFrame>> {
    return this.#read((signal) => track.frames({ signal }));
  }

  async listen(track: AudioTrack): Promise<Viewing<PcmData>> {
    return this.#read((signal) => track.audio({ signal }));
  }

  make(): Component {
    return this.create().processor;
  }

  /** Gives it whatever it takes: some video, some speech. */
  async work(component: Component): Promise<void> {
    const observed = this.#find(component);
    const { processor } = observed;
    if (isAudioProcessor(processor))
      for (const chunk of this.speech('ada', 600)) processor.send(chunk);
    if (isVideoProcessor(processor)) await processor.watchVideoTrack(this.track());
    await this.passFrames(observed, 2);
  }

  close(component: Component): Promise<void> {
    return component.close();
  }

  async told(component: Component, withinMs: number): Promise<string | undefined> {
    const { events } = this.#find(component);
    const before = events.length;
    await this.pass(500);
    await sleep(withinMs);
    return events[before]?.constructor.name;
  }

  /** Closes what the rule left open. A hung close must not hang the suite. */
  async cleanUp(): Promise<void> {
    for (const viewing of this.#viewings) viewing.leave();
    for (const { work } of this.#made) work.release();
    const components = [...this.#made.map(({ processor }) => processor), ...this.#models];
    const timeout = Promise.withResolvers<void>();
    const timer = setTimeout(timeout.resolve, PATIENCE_MS);
    await Promise.race([
      Promise.allSettled(components.map((each) => each.close())),
      timeout.promise,
    ]);
    clearTimeout(timer);
  }

  #find(component: Component): ObservedProcessor {
    const observed = this.#made.find(({ processor }) => processor === component);
    assert(observed, 'the instance is one that the bench has made');
    return observed;
  }

  async #read<Item>(open: (signal: AbortSignal) => AsyncIterable<Item>): Promise<Viewing<Item>> {
    const abort = new AbortController();
    const seen: Item[] = [];
    const ended = (async () => {
      for await (const item of open(abort.signal)) seen.push(item);
    })();
    // A rule may look at it later, or not at all.
    ended.catch(() => undefined);
    const viewing = { seen, ended, leave: () => abort.abort() };
    this.#viewings.push(viewing);
    await this.clock.settle();
    return viewing;
  }
}

/** @throws AssertionError when the work takes longer than `limitMs`, in real time */
export async function takesAtMost<T>(limitMs: number, what: string, work: Promise<T>): Promise<T> {
  const { promise: late, resolve } = Promise.withResolvers<'late'>();
  const timer = setTimeout(() => resolve('late'), limitMs);
  try {
    const outcome = await Promise.race([work.then((value) => ({ value })), late]);
    if (outcome === 'late') assert.fail(`${what} is still not done after ${limitMs} ms`);
    return outcome.value;
  } finally {
    clearTimeout(timer);
  }
}
