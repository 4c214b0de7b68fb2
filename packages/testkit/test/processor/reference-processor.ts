import {
  defineOptions,
  Processor,
  type AudioProcessor,
  type AudioPublisher,
  type AudioTrack,
  type Detection,
  type OptionsInput,
  type Participant,
  type PcmData,
  type ProcessorInit,
  type VideoProcessor,
  type VideoPublisher,
} from '@vision-agents/core';
import type { VideoFrame, VideoTrack } from '@vision-agents/core/video';
import { z } from 'zod';

export const options = defineOptions({
  provider: 'reference',
  env: { apiKey: 'REFERENCE_API_KEY' },
  schema: z.strictObject({ apiKey: z.string() }),
});

export const testInput = { apiKey: 'reference-key-of-the-processor' };

type Input = OptionsInput<typeof options>;

/** A processor that can do everything there is, and keeps every rule; the broken ones differ from it in one thing each. */
export class ReferenceProcessor
  extends Processor
  implements AudioProcessor, VideoProcessor, AudioPublisher, VideoPublisher
{
  static readonly options: object = options;

  override readonly name: string = 'reference';
  protected readonly levels = new Map<string, { who: string; level: number }>();
  #bright: Detection | undefined;
  readonly #video = this.createVideoTrack({ draw: (frame) => this.draw(frame) });
  readonly #audio = this.createAudioTrack();

  constructor(input: Input = {}, init: Partial<ProcessorInit> = {}) {
    options.resolve(input);
    super({ provider: 'reference', model: 'reference-1', fps: 10, ...init });
    this.registerFunction({
      name: 'get_levels',
      description: 'How loud everybody is',
      execute: () => [...this.levels.values()],
    });
  }

  override state(): unknown {
    return { bright: this.#bright, levels: [...this.levels.values()] };
  }

  async processVideo(
    frame: VideoFrame,
    _participant: Participant | undefined,
    _options: { signal: AbortSignal },
  ): Promise<VideoFrame | void> {
    this.#bright = brightest(frame);
    this.emitDetections(frame, this.#bright ? [this.#bright] : []);
  }

  stopProcessing(): void {
    this.#bright = undefined;
  }

  processAudio(
    pcm: PcmData,
    participant: Participant | undefined,
    _options: { signal: AbortSignal },
  ): void {
    const who = participant?.name ?? 'somebody';
    const level = Math.max(...pcm.toFloat32().samples.subarray(0, 1_000));
    this.levels.set(participant?.id ?? '', { who, level });
    this.#audio.write(pcm);
  }

  publishVideoTrack(): VideoTrack {
    return this.#video;
  }

  publishAudioTrack(): AudioTrack {
    return this.#audio;
  }

  protected override onParticipantLeft(participantId: string): void {
    this.levels.delete(participantId);
  }

  protected draw(frame: VideoFrame): VideoFrame {
    return { ...frame, data: frame.data.slice().fill(0, 0, 1) };
  }
}

/** The first row of pixels that is bright. */
function brightest({ kind, width, data }: VideoFrame): Detection | undefined {
  const step = kind === 'rgba' ? 4 : 1;
  const index = data.findIndex((value, at) => at % step === 0 && value > 128);
  if (index === -1) return undefined;
  const pixel = index / step;
  const box = { x: pixel % width, y: Math.floor(pixel / width), width: 1, height: 1 };
  return { label: 'bright', confidence: 0.9, box };
}
