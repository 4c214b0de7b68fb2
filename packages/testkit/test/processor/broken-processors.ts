import {
  ComponentErrorEvent,
  ProcessorErrorEvent,
  ProviderError,
  Stream,
  VideoProcessorDetectionEvent,
  type AgentHandle,
  type AudioTrack,
  type BaseEvent,
  type Detection,
  type Participant,
  type PcmData,
  type Processor,
  type ProcessorInit,
  type WatchOptions,
} from '@vision-agents/core';
import { VideoForwarder, type VideoFrame, type VideoTrack } from '@vision-agents/core/video';
import { ReferenceProcessor, testInput } from './reference-processor.ts';

const good = (init: Partial<ProcessorInit> = {}): ReferenceProcessor =>
  new ReferenceProcessor(testInput, init);

/** Replaces members of one instance, as they are seen from outside. */
function replace(
  processor: ReferenceProcessor,
  members: Readonly<Record<string, unknown>>,
): ReferenceProcessor {
  return new Proxy(processor, {
    get: (target, name) =>
      typeof name === 'string' && Object.hasOwn(members, name)
        ? members[name]
        : bound(target, name),
  });
}

/** Methods keep their instance, as its private fields are no proxy's; the class is no method. */
function bound(processor: ReferenceProcessor, name: PropertyKey): unknown {
  const value: unknown = Reflect.get(processor, name);
  return typeof value === 'function' && name !== 'constructor' ? value.bind(processor) : value;
}

/** Lets only these events out. */
function filterEvents(
  processor: ReferenceProcessor,
  passes: (event: BaseEvent) => boolean,
): ReferenceProcessor {
  const send = processor.events.send.bind(processor.events);
  processor.events.send = (event) => {
    if (passes(event)) send(event);
  };
  return processor;
}

function keepReading(track: VideoTrack | undefined, { clock }: Processor): void {
  if (track)
    new VideoForwarder(track, { clock, onError: () => undefined }).addFrameHandler(() => undefined);
}

const hidesErrors = (text: string) => (): ReferenceProcessor =>
  filterEvents(
    good(),
    (event) => !(event instanceof ComponentErrorEvent && event.error.message.includes(text)),
  );

class Nameless extends ReferenceProcessor {
  override readonly name = '';
}

class OpensEarly extends ReferenceProcessor {
  readonly #timer = setInterval(() => undefined, 30_000);

  protected override onClose(): void {
    clearInterval(this.#timer);
  }
}

class TakesAnyOption extends ReferenceProcessor {
  constructor({ apiKey }: { apiKey?: string } = {}) {
    super(apiKey === undefined ? {} : { apiKey });
  }
}

class NeedsNoKey extends ReferenceProcessor {
  constructor(input: ConstructorParameters<typeof ReferenceProcessor>[0] = {}) {
    super({ ...testInput, ...input });
  }
}

class ReadsKeyLate extends ReferenceProcessor {
  override processAudio(
    ...given: Parameters<ReferenceProcessor['processAudio']>
  ): ReturnType<ReferenceProcessor['processAudio']> {
    if (process.env['REFERENCE_API_KEY'] !== 'off') super.processAudio(...given);
  }
}

class BigState extends ReferenceProcessor {
  override state(): unknown {
    return { frames: 3n };
  }
}

class CountsItsAgents extends ReferenceProcessor {
  #agents = 0;

  protected override onAttach(agent: AgentHandle, { signal }: { signal: AbortSignal }): void {
    this.#agents += 1;
    const name = `look_${this.#agents}`;
    agent.registerFunction({ name, description: '', execute: () => 1 });
    signal.addEventListener('abort', () => void agent.unregisterFunction(name));
  }
}

class KeepsAFunction extends ReferenceProcessor {
  readonly #known = new WeakSet<AgentHandle>();

  protected override onAttach(agent: AgentHandle): void {
    if (this.#known.has(agent)) return;
    this.#known.add(agent);
    agent.registerFunction({ name: 'forgotten', description: '', execute: () => 1 });
  }
}

class WantsOneKind extends ReferenceProcessor {
  override async processVideo(
    ...given: Parameters<ReferenceProcessor['processVideo']>
  ): Promise<void> {
    if (given[0].kind === 'rgba') throw new Error('only I420, please');
    await super.processVideo(...given);
  }
}

class DrawsInPlace extends ReferenceProcessor {
  protected override draw(frame: VideoFrame): VideoFrame {
    frame.data.fill(99, 0, 1);
    return frame;
  }

  override async processVideo(
    ...given: Parameters<ReferenceProcessor['processVideo']>
  ): Promise<void> {
    await super.processVideo(...given);
    this.draw(given[0]);
  }
}

class KeepsFrames extends ReferenceProcessor {
  readonly #frames: Uint8Array[] = [];

  override async processVideo(
    ...given: Parameters<ReferenceProcessor['processVideo']>
  ): Promise<void> {
    this.#frames.push(given[0].data);
    await super.processVideo(...given);
  }
}

class TooSure extends ReferenceProcessor {
  protected override emitDetections(frame: VideoFrame, detections: readonly Detection[]): void {
    super.emitDetections(
      frame,
      detections.map((detection) => ({ ...detection, confidence: 90 })),
    );
  }
}

class NewTracks extends ReferenceProcessor {
  override publishVideoTrack(): VideoTrack {
    return this.createVideoTrack({ draw: (frame) => this.draw(frame) });
  }
}

type Show = (track: VideoTrack, signal: AbortSignal | undefined) => AsyncGenerator<VideoFrame>;

/** Shows what it shows in another way. */
function showing(show: Show): ReferenceProcessor {
  class ShowsOtherwise extends ReferenceProcessor {
    #track: VideoTrack | undefined;

    override publishVideoTrack(): VideoTrack {
      const track = super.publishVideoTrack();
      this.#track ??= { id: track.id, frames: ({ signal } = {}) => show(track, signal) };
      return this.#track;
    }
  }
  return new ShowsOtherwise(testInput);
}

async function* everySecond(track: VideoTrack, signal: AbortSignal | undefined) {
  let index = 0;
  for await (const frame of track.frames({ signal })) {
    index += 1;
    if (index % 2 === 0) yield frame;
  }
}

async function* keepingAll(track: VideoTrack, signal: AbortSignal | undefined) {
  const all = new Stream<VideoFrame>();
  void (async () => {
    for await (const frame of track.frames({ signal })) all.trySend(frame);
    all.close();
  })();
  yield* all;
}

async function* endlessly(track: VideoTrack, signal: AbortSignal | undefined) {
  yield* track.frames({ signal });
  await new Promise<void>((resolve) => {
    signal?.addEventListener('abort', () => resolve());
  });
}

async function* ofOneSource(track: VideoTrack, signal: AbortSignal | undefined) {
  let lastMs = 0;
  let ended = false;
  for await (const frame of track.frames({ signal })) {
    // The times of another source begin anew.
    ended ||= frame.timestampMs < lastMs;
    lastMs = frame.timestampMs;
    if (!ended) yield frame;
  }
}

class ShowsTheFirst extends ReferenceProcessor {
  #first: VideoFrame | undefined;

  protected override draw(frame: VideoFrame): VideoFrame {
    this.#first ??= super.draw(frame);
    return { ...this.#first, timestampMs: frame.timestampMs };
  }
}

class Deafens extends ReferenceProcessor {
  override processAudio(
    ...given: Parameters<ReferenceProcessor['processAudio']>
  ): ReturnType<ReferenceProcessor['processAudio']> {
    super.processAudio(...given);
    const { samples } = given[0];
    samples[0] = samples[0] === 1 ? 2 : 1;
  }
}

class RemembersSpeakers extends ReferenceProcessor {
  protected override onParticipantLeft(): void {}
}

class KeepsAudio extends ReferenceProcessor {
  readonly #audio: PcmData[] = [];

  override processAudio(
    ...given: Parameters<ReferenceProcessor['processAudio']>
  ): ReturnType<ReferenceProcessor['processAudio']> {
    this.#audio.push(given[0]);
    super.processAudio(...given);
  }
}

class NewAudioTracks extends ReferenceProcessor {
  override publishAudioTrack(): AudioTrack {
    return this.createAudioTrack();
  }
}

/** Is heard in another way. */
function sounding(change: (track: AudioTrack) => AudioTrack): ReferenceProcessor {
  class SoundsOtherwise extends ReferenceProcessor {
    #track: AudioTrack | undefined;

    override publishAudioTrack(): AudioTrack {
      this.#track ??= change(super.publishAudioTrack());
      return this.#track;
    }
  }
  return new SoundsOtherwise(testInput);
}

async function* soundEndlessly(track: AudioTrack, signal: AbortSignal | undefined) {
  yield* track.audio({ signal });
  await new Promise<void>((resolve) => {
    signal?.addEventListener('abort', () => resolve());
  });
}

/** Processors with one fault each, by the rule that finds it. */
export const brokenProcessors: Readonly<Record<string, () => Processor>> = {
  'names-itself': () => new Nameless(testInput),
  'starts-once': () => {
    const processor = good();
    let starts = 0;
    const start = async (): Promise<void> => {
      starts += 1;
      if (starts > 1) throw new Error('already started');
      await processor.start();
    };
    return replace(processor, { start });
  },
  'closes-once': () => {
    const processor = good();
    let closes = 0;
    const close = async (): Promise<void> => {
      closes += 1;
      await processor.close();
      if (closes > 1) throw new Error('already closed');
    };
    return replace(processor, { close });
  },
  'stays-closed': () => {
    const processor = good();
    return replace(processor, { start: async () => processor.closed || processor.start() });
  },
  'opens-nothing-early': () => new OpensEarly(testInput),
  'closes-in-the-middle': () => {
    const processor = good();
    const close = async (): Promise<void> => {
      const message = 'The operation was aborted';
      const error = new ProviderError({ provider: 'reference', kind: 'network', message });
      if (!processor.closed)
        processor.events.send(Object.assign(new ProcessorErrorEvent(), { error, context: '' }));
      await processor.close();
    };
    return replace(processor, { close });
  },
  'quiet-after-close': () => {
    const processor = good();
    const close = async (): Promise<void> => {
      await processor.close();
      setTimeout(() => processor.events.send(new VideoProcessorDetectionEvent()), 20);
    };
    return replace(processor, { close });
  },
  'leaves-no-handle': () => {
    const processor = good();
    const start = async (): Promise<void> => {
      setTimeout(() => undefined, 30_000);
      await processor.start();
    };
    return replace(processor, { start });
  },
  'says-which-key-is-missing': () => new NeedsNoKey(testInput),
  'refuses-unknown-options': () => new TakesAnyOption(testInput),
  'reads-environment-once': () => new ReadsKeyLate(testInput),
  'state-is-readable': () => new BigState(testInput),
  'lends-functions-once': () => new CountsItsAgents(testInput),
  'takes-functions-back': () => new KeepsAFunction(testInput),
  'keeps-its-rate': () => Object.defineProperty(good({ fps: 20 }), 'fps', { value: 10 }),
  'takes-the-newest': () => replace(good(), { skippedFrames: 0 }),
  'takes-any-frame': () => new WantsOneKind(testInput),
  'leaves-frames-alone': () => new DrawsInPlace(testInput),
  'holds-few-frames': () => new KeepsFrames(testInput),
  'survives-a-failing-frame': hidesErrors('this frame fails'),
  'survives-a-bad-frame': hidesErrors('bytes, got 1'),
  'detections-make-sense': () => new TooSure(testInput),
  'stops-when-told': () => {
    const processor = good();
    let watched: VideoTrack | undefined;
    return replace(processor, {
      watchVideoTrack: (track: VideoTrack, options?: WatchOptions) => {
        watched = track;
        return processor.watchVideoTrack(track, options);
      },
      stopWatchingVideoTrack: async () => {
        await processor.stopWatchingVideoTrack();
        keepReading(watched, processor);
      },
    });
  },
  'watches-one-track': () => {
    const processor = good();
    let watched: VideoTrack | undefined;
    const watchVideoTrack = async (track: VideoTrack, options?: WatchOptions): Promise<void> => {
      keepReading(watched, processor);
      watched = track;
      await processor.watchVideoTrack(track, options);
    };
    return replace(processor, { watchVideoTrack });
  },
  'shares-a-forwarder': () => {
    const processor = good();
    let shared: VideoForwarder | undefined;
    return replace(processor, {
      watchVideoTrack: (track: VideoTrack, options?: WatchOptions) => {
        shared = options?.sharedForwarder;
        return processor.watchVideoTrack(track, options);
      },
      stopWatchingVideoTrack: async () => {
        await processor.stopWatchingVideoTrack();
        await shared?.stop();
      },
    });
  },
  'stops-when-they-leave': () => {
    const processor = good();
    let watches = false;
    return replace(processor, {
      watchVideoTrack: (track: VideoTrack, options?: WatchOptions) => {
        watches = true;
        return processor.watchVideoTrack(track, options);
      },
      participantLeft: (id: string) => {
        if (!watches) processor.participantLeft(id);
      },
    });
  },
  'lets-go-when-closed': () => {
    const processor = good();
    let watched: VideoTrack | undefined;
    return replace(processor, {
      watchVideoTrack: (track: VideoTrack, options?: WatchOptions) => {
        if (options?.participant) watched = track;
        return processor.watchVideoTrack(track, options);
      },
      close: async () => {
        await processor.close();
        keepReading(watched, processor);
      },
    });
  },
  'survives-a-broken-track': hidesErrors('the camera is gone'),
  'publishes-one-track': () => new NewTracks(testInput),
  'keeps-the-source-rate': () => showing(everySecond),
  'shows-the-newest': () => new ShowsTheFirst(testInput),
  'waits-for-no-viewer': () => showing(keepingAll),
  'goes-on-with-another-source': () => showing(ofOneSource),
  'ends-its-video': () => showing(endlessly),
  'hears-every-speaker': () => {
    const processor = good();
    let first: Participant | undefined;
    const send = (pcm: PcmData, participant?: Participant): void => {
      first ??= participant;
      processor.send(pcm, participant && first);
    };
    return replace(processor, { send });
  },
  'leaves-audio-alone': () => new Deafens(testInput),
  'never-blocks': () => {
    const processor = good();
    const send = async (pcm: PcmData, participant?: Participant): Promise<void> =>
      processor.send(pcm, participant);
    return replace(processor, { send });
  },
  'survives-failing-audio': hidesErrors('this audio fails'),
  'forgets-who-left': () => new RemembersSpeakers(testInput),
  'holds-little-audio': () => new KeepsAudio(testInput),
  'publishes-one-audio-track': () => new NewAudioTracks(testInput),
  'keeps-its-format': () =>
    sounding((track) => ({
      id: track.id,
      format: { ...track.format, sampleRate: 8_000 },
      audio: (options) => track.audio(options),
    })),
  'ends-its-audio': () =>
    sounding((track) => ({
      id: track.id,
      format: track.format,
      audio: ({ signal } = {}) => soundEndlessly(track, signal),
    })),
};
