import { ComponentErrorEvent } from '../component/component-error-event.ts';
import { PluginEvent } from '../events/plugin-event.ts';
import type { Box } from '../video/draw-boxes.ts';

/** Something that was found in a frame. */
export interface Detection {
  /** What it is: `person`. */
  label: string;
  /** How sure the model is, 0 to 1, where it says so. */
  confidence?: number | undefined;
  /** Where it is in the frame. */
  box?: Box | undefined;
}

/** What was found in a frame, which may be nothing. A processor may send a subclass that has more to tell. */
export class VideoProcessorDetectionEvent extends PluginEvent {
  static override readonly type: string = 'plugin.video_processor.detection';

  /** The processor's name. */
  readonly name: string = '';
  readonly modelId: string | undefined = undefined;
  readonly detections: readonly Detection[] = [];
  readonly detectionCount: number = 0;
  /** From the moment the processor was given the frame. */
  readonly inferenceTimeMs: number = 0;
  /** Of the frame, in pixels: what the boxes refer to. */
  readonly frameWidth: number = 0;
  /** Of the frame, in pixels. */
  readonly frameHeight: number = 0;
  /** When the frame was taken, by its source's clock. */
  readonly frameTimestampMs: number = 0;
}

/** Something went wrong with a processor. */
export class ProcessorErrorEvent extends ComponentErrorEvent {
  static override readonly type = 'plugin.processor_error';
}
