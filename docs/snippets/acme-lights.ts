import { defineOptions, Processor as Base, workerModule } from '@vision-agents/core';
import type { Detection, OptionsInput, Participant, VideoProcessor } from '@vision-agents/core';
import type { VideoFrame } from '@vision-agents/core/video';
import { z } from 'zod';

export const options = defineOptions({
  provider: 'acme',
  schema: z.strictObject({ fps: z.number().positive().default(5) }),
});

const Lights = z.array(
  z.object({
    label: z.string(),
    confidence: z.number(),
    box: z.object({ x: z.number(), y: z.number(), width: z.number(), height: z.number() }),
  }),
);

export class Processor extends Base implements VideoProcessor {
  static readonly options = options;
  override readonly name = 'lights';
  protected lights: readonly Detection[] | undefined;

  constructor(input: OptionsInput<typeof options> = {}) {
    const { fps } = options.resolve(input);
    super({ provider: 'acme', model: 'lights-1', fps });
    this.registerFunction({
      name: 'find_lights',
      description: 'Where there is light in the video, in pixels',
      execute: () => this.lights ?? 'There is no video.',
    });
  }

  async processVideo(
    frame: VideoFrame,
    _participant: Participant | undefined,
    { signal }: { signal: AbortSignal },
  ): Promise<void> {
    const worker = workerModule(import.meta.url, './acme-lights-worker');
    const lights = await this.runInWorker(worker, frame, { schema: Lights });
    signal.throwIfAborted(); // another track is watched by now
    this.lights = lights;
    this.emitDetections(frame, lights);
  }

  stopProcessing(): void {
    this.lights = undefined; // what was seen before is not there any more
  }

  override state(): unknown {
    return this.lights && { lights: this.lights.length };
  }
}
