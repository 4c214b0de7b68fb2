import { isAudioProcessor, isVideoProcessor, type Processor } from '@vision-agents/core';

/** A frame that the processor was given. It isn't held on to. */
export interface GivenFrame {
  readonly timestampMs: number;
  readonly participantId: string | undefined;
  readonly signal: AbortSignal;
  readonly data: WeakRef<Uint8Array>;
}

/** Audio that the processor was given. It isn't held on to. */
export interface GivenAudio {
  readonly participantId: string | undefined;
  readonly format: string;
  readonly durationMs: number;
  readonly samples: WeakRef<object>;
}

/** What a processor's own methods are given, as it comes; and a way to have them fail or take their time. */
export class WatchedWork {
  readonly frames: GivenFrame[] = [];
  readonly audio: GivenAudio[] = [];
  #underWay = 0;
  #gate: PromiseWithResolvers<void> | undefined;
  #failure: Error | undefined;

  constructor(processor: Processor) {
    if (isVideoProcessor(processor)) {
      const process = processor.processVideo.bind(processor);
      replace(processor, 'processVideo', (...given: Parameters<typeof process>) => {
        const [{ timestampMs, data }, participant, { signal }] = given;
        const participantId = participant?.id;
        this.frames.push({ timestampMs, participantId, signal, data: new WeakRef(data) });
        return this.#run(() => process(...given));
      });
    }
    if (isAudioProcessor(processor)) {
      const process = processor.processAudio.bind(processor);
      replace(processor, 'processAudio', (...given: Parameters<typeof process>) => {
        const [pcm, participant] = given;
        const participantId = participant?.id;
        const { durationMs } = pcm;
        const samples = new WeakRef(pcm.samples);
        this.audio.push({ participantId, format: describe(pcm), durationMs, samples });
        return this.#run(() => process(...given));
      });
    }
  }

  /** Whether the processor is at something of its own accord. */
  get busy(): boolean {
    return this.#underWay > 0 && this.#gate === undefined;
  }

  /** From now on whatever it does takes until `release()`. */
  hold(): void {
    this.#gate ??= Promise.withResolvers();
  }

  release(): void {
    this.#gate?.resolve();
    this.#gate = undefined;
  }

  /** The next thing that it does fails. */
  failNext(failure: Error): void {
    this.#failure = failure;
  }

  async #run<T>(work: () => T | Promise<T>): Promise<T> {
    this.#underWay += 1;
    try {
      this.#fail();
      const result = await work();
      await this.#gate?.promise;
      return result;
    } finally {
      this.#underWay -= 1;
    }
  }

  #fail(): void {
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure) throw failure;
  }
}

/** On the instance, whatever its class has. */
function replace(processor: Processor, method: string, value: unknown): void {
  Object.defineProperty(processor, method, { configurable: true, value });
}

/** `16000 Hz, 1 channel, s16` */
export function describe(format: { sampleRate: number; channels: number; format: string }): string {
  return `${format.sampleRate} Hz, ${format.channels} channel, ${format.format}`;
}
