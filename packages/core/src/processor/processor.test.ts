import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { PushedTrack } from '../../test/pushed-track.ts';
import { ComponentClosedError, ComponentErrorEvent } from '../component/index.ts';
import type { Participant } from '../events/index.ts';
import { VideoForwarder } from '../video/video-forwarder.ts';
import type { VideoFrame } from '../video/video-frame.ts';
import type { VideoTrack } from '../video/video-track.ts';
import {
  isAudioProcessor,
  isAudioPublisher,
  isProcessor,
  isVideoProcessor,
  isVideoPublisher,
  Processor,
  VideoProcessorDetectionEvent,
  type ProcessorInit,
  type VideoProcessor,
  type VideoPublisher,
} from './index.ts';

const ada = { id: 'ada', userId: 'u1' };

/** A frame whose number is in its time and in its pixel. */
function frame(number: number): VideoFrame {
  const data = new Uint8Array(4).fill(number);
  return { kind: 'rgba', width: 1, height: 1, timestampMs: number, data };
}

/** Can't draw the second. */
function brighter(source: VideoFrame): VideoFrame {
  if (source.timestampMs === 2) throw new Error('no ink');
  return { ...source, data: source.data.map((value) => value + 100) };
}

class Watcher extends Processor implements VideoProcessor, VideoPublisher {
  override readonly name = 'watcher';
  readonly given: number[] = [];
  readonly stops: number[] = [];
  readonly signals: AbortSignal[] = [];
  process: (given: VideoFrame, signal: AbortSignal) => Promise<VideoFrame | void> = async () =>
    undefined;
  readonly #video: VideoTrack;

  constructor(
    init: Partial<ProcessorInit> = {},
    options: { draw?: (frame: VideoFrame) => VideoFrame } = {},
  ) {
    super({ provider: 'acme', model: 'eyes-1', fps: 10, ...init });
    this.#video = this.createVideoTrack(options);
  }

  processVideo(
    given: VideoFrame,
    _participant: Participant | undefined,
    { signal }: { signal: AbortSignal },
  ): Promise<VideoFrame | void> {
    this.given.push(given.timestampMs);
    this.signals.push(signal);
    return this.process(given, signal);
  }

  stopProcessing(): void {
    this.stops.push(this.given.length);
  }

  publishVideoTrack(): VideoTrack {
    return this.#video;
  }

  detect(given: VideoFrame): void {
    this.emitDetections(given, [{ label: 'person', confidence: 0.9 }]);
  }
}

let track: PushedTrack;
let watcher: Watcher;
let errors: string[];

function use(made: Watcher): void {
  watcher = made;
  watcher.events.on(
    ComponentErrorEvent,
    ({ error, context }) => void errors.push(`${context}: ${error.kind}: ${error.message}`),
  );
}

/** A frame each 100 ms, which is the rate of the processor. */
async function show(...numbers: number[]): Promise<void> {
  for (const number of numbers) {
    track.push(frame(number));
    await vi.advanceTimersByTimeAsync(100);
  }
}

/** Reads in the background what is published. */
function look(published: VideoTrack, signal?: AbortSignal) {
  const seen: [pixel: number | undefined, timestampMs: number][] = [];
  const ended = (async () => {
    for await (const { data, timestampMs } of published.frames({ signal }))
      seen.push([data[0], timestampMs]);
  })();
  return { seen, ended };
}

beforeEach(() => {
  vi.useFakeTimers();
  track = new PushedTrack();
  errors = [];
  use(new Watcher());
});

afterEach(async () => {
  await watcher.close();
  expect([vi.getTimerCount(), track.readers]).toEqual([0, 0]);
  vi.useRealTimers();
});

async function watch(): Promise<void> {
  await watcher.start();
  await watcher.watchVideoTrack(track, { participant: ada });
  await vi.advanceTimersByTimeAsync(0);
}

describe('capabilities', () => {
  it('are told by what there is', () => {
    const can = [isProcessor, isAudioProcessor, isVideoProcessor, isAudioPublisher];
    expect(can.map((is) => is(watcher))).toEqual([true, false, true, false]);
    expect(isVideoPublisher(watcher)).toBe(true);
    expect([isProcessor({ processVideo() {} }), isVideoProcessor(undefined)]).toEqual([
      false,
      false,
    ]);
  });

  it('that are missing are named where they are needed', async () => {
    class Blind extends Processor {
      override readonly name = 'blind';
    }
    const blind = new Blind({ provider: 'acme' });
    await expect(blind.watchVideoTrack(track)).rejects.toThrow('Blind has no processVideo()');
    expect(() => Reflect.apply(Reflect.get(blind, 'send'), blind, [undefined])).toThrow(
      'has no processAudio()',
    );
    await blind.close();
  });

  it('refuses a rate that can not be', () => {
    expect(() => new Watcher({ fps: 0 })).toThrow(RangeError);
  });
});

describe('watching', () => {
  it('waits for the start', async () => {
    await watcher.watchVideoTrack(track);
    await show(1);
    expect([track.readers, watcher.given]).toEqual([0, []]);
    await watcher.start();
    await vi.advanceTimersByTimeAsync(0);
    await show(2);
    expect(watcher.given).toEqual([2]);
  });

  it('takes the newest frame when it is done with one, and counts those that were due', async () => {
    await watch();
    const gate = Promise.withResolvers<void>();
    watcher.process = () => gate.promise;
    await show(1, 2, 3, 4);
    gate.resolve();
    await show(5);
    expect([watcher.given, watcher.skippedFrames]).toEqual([[1, 4, 5], 2]);
  });

  it('does so with a shared forwarder that keeps more, which it leaves to the others', async () => {
    const forwarder = new VideoForwarder(track, { fps: 10, maxBuffer: 10 });
    const other = forwarder.addFrameHandler(() => undefined);
    await watcher.start();
    await watcher.watchVideoTrack(track, { sharedForwarder: forwarder });
    await vi.advanceTimersByTimeAsync(0);
    const gate = Promise.withResolvers<void>();
    watcher.process = () => gate.promise;
    await show(1, 2, 3);
    gate.resolve();
    await show(4);
    expect(watcher.given).toEqual([1, 3, 4]);
    expect(track.readers).toBe(1);
    await watcher.stopWatchingVideoTrack();
    expect([forwarder.handlers, forwarder.running]).toEqual([1, true]);
    forwarder.removeFrameHandler(other);
    await forwarder.stop();
  });

  it('goes on after frames that fail, are none, or take too long', async () => {
    use(new Watcher({ frameTimeoutMs: 150 }));
    await watch();
    const gate = Promise.withResolvers<void>();
    watcher.process = async ({ timestampMs }) => {
      if (timestampMs === 1) throw new Error('too dark');
      if (timestampMs === 2) await gate.promise;
    };
    await show(1);
    track.push({ ...frame(9), data: new Uint8Array(1) });
    await vi.advanceTimersByTimeAsync(100);
    await show(2, 3, 4);
    expect(watcher.given).toEqual([1, 2, 3, 4]);
    expect(watcher.signals.map(({ aborted }) => aborted)).toEqual([false, true, false, false]);
    expect(errors).toEqual([
      'processVideo: internal: too dark',
      'processVideo: internal: rgba of 1×1 takes 4 bytes, got 1',
      'processVideo: timeout: acme: a frame took longer than 150 ms',
    ]);
    gate.resolve();
  });

  it('gives up the frame of a track that is replaced, and drops what comes of it', async () => {
    await watch();
    const found: VideoProcessorDetectionEvent[] = [];
    watcher.events.on(VideoProcessorDetectionEvent, (event) => void found.push(event));
    const gate = Promise.withResolvers<void>();
    watcher.process = async (given) => {
      if (given.timestampMs === 1) await gate.promise;
      watcher.detect(given);
    };
    await show(1);
    const before = track;
    track = new PushedTrack();
    await watcher.watchVideoTrack(track);
    await show(50);
    gate.resolve();
    await show(51);
    expect(before.readers).toBe(0);
    expect(watcher.signals.map(({ aborted }) => aborted)).toEqual([true, false, false]);
    expect(found.map(({ frameTimestampMs }) => frameTimestampMs)).toEqual([50, 51]);
    expect([watcher.stops, errors]).toEqual([[], []]);
  });

  it('stops when it is told, when its participant leaves, and when it closes', async () => {
    await watch();
    await show(1);
    await watcher.stopWatchingVideoTrack();
    await show(2);
    await watcher.stopWatchingVideoTrack();
    expect([watcher.given, watcher.stops, track.readers]).toEqual([[1], [1], 0]);

    await watch();
    watcher.participantLeft('ben');
    await show(3);
    watcher.participantLeft('ada');
    await vi.waitUntil(() => watcher.stops.length === 2);
    await show(4);
    expect([watcher.given, watcher.stops]).toEqual([
      [1, 3],
      [1, 2],
    ]);

    await watch();
    watcher.process = (_given, signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason));
      });
    await show(5);
    await watcher.close();
    expect([watcher.stops, errors]).toEqual([[1, 2, 3], []]);
    await expect(watcher.watchVideoTrack(track)).rejects.toThrow(ComponentClosedError);
  });

  it('tells of a track that fails, and watches another', async () => {
    await watch();
    track.push(new Error('unplugged'));
    await show(1);
    expect(errors).toEqual(['watchVideoTrack: internal: unplugged']);
    await watch();
    await show(2);
    expect(watcher.given).toEqual([2]);
  });
});

describe('detections', () => {
  it('are told with whose they are, where, and how long it took', async () => {
    await watch();
    const event = watcher.events.once(VideoProcessorDetectionEvent);
    watcher.process = async (given) => {
      await new Promise((resolve) => setTimeout(resolve, 40));
      watcher.detect(given);
    };
    await show(7);
    expect(await event).toMatchObject({
      provider: 'acme',
      name: 'watcher',
      modelId: 'eyes-1',
      participant: ada,
      detections: [{ label: 'person', confidence: 0.9 }],
      detectionCount: 1,
      inferenceTimeMs: 40,
      frameWidth: 1,
      frameHeight: 1,
      frameTimestampMs: 7,
    });
    expect(watcher.metrics.toJSON()).toMatchObject({
      'video.frames.processed': { count: 1 },
      'video.processing.latency.ms': { last: 40 },
      'video.detections': { sum: 1 },
    });
    expect(() => watcher.detect(frame(1))).toThrow('the frame that processVideo() was given');
  });
});

describe('a published track', () => {
  it('shows the newest result for each frame of its source, and nothing before there is one', async () => {
    await watch();
    const { seen, ended } = look(watcher.publishVideoTrack());
    watcher.process = async ({ timestampMs }) => {
      if (timestampMs === 2) return frame(200);
      if (timestampMs === 4) return { ...frame(0), data: new Uint8Array(1) };
      return undefined;
    };
    for (const number of [1, 2, 3, 4, 5]) {
      track.push(frame(number));
      await vi.advanceTimersByTimeAsync(50);
      track.push(frame(number + 0.5));
      await vi.advanceTimersByTimeAsync(50);
    }
    expect(seen).toEqual([2.5, 3, 3.5, 4, 4.5, 5, 5.5].map((timestampMs) => [200, timestampMs]));
    expect(errors).toHaveLength(1);
    await watcher.close();
    await ended;
  });

  it('shows what is drawn of each frame, and none that can not be drawn', async () => {
    use(new Watcher({ fps: 1 }, { draw: brighter }));
    await watch();
    await show(1);
    const { seen, ended } = look(watcher.publishVideoTrack());
    await show(2, 3, 4);
    expect([watcher.given, seen]).toEqual([
      [1],
      [
        [103, 3],
        [104, 4],
      ],
    ]);
    expect(errors).toEqual(['draw: internal: no ink']);
    await watcher.close();
    await ended;
  });

  it('keeps the newest frame for a reader that is slow, and ends for one that leaves', async () => {
    use(new Watcher({}, { draw: (source) => source }));
    await watch();
    const abort = new AbortController();
    const slow = watcher.publishVideoTrack().frames()[Symbol.asyncIterator]();
    const { seen, ended } = look(watcher.publishVideoTrack(), abort.signal);
    const first = slow.next();
    await show(1, 2, 3);
    expect((await first).value).toMatchObject({ timestampMs: 1 });
    expect((await slow.next()).value).toMatchObject({ timestampMs: 3 });
    abort.abort();
    await ended;
    await show(4);
    expect(seen.map(([, timestampMs]) => timestampMs)).toEqual([1, 2, 3]);
    await slow.return?.();
  });

  it('forgets what was shown of a track before, and ends when the processor has closed', async () => {
    await watch();
    watcher.process = async ({ timestampMs }) => (timestampMs < 50 ? frame(7) : undefined);
    const { seen, ended } = look(watcher.publishVideoTrack());
    await show(1, 2);
    track = new PushedTrack();
    await watcher.watchVideoTrack(track);
    await show(51, 52);
    expect(seen).toEqual([[7, 2]]);
    await watcher.close();
    await ended;
    expect(await look(watcher.publishVideoTrack()).ended).toBeUndefined();
  });
});
