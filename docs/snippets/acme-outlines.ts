import type { VideoPublisher } from '@vision-agents/core';
import { drawBoxes, type VideoTrack } from '@vision-agents/core/video';
import { Processor as Lights } from './acme-lights.ts';

export class Processor extends Lights implements VideoPublisher {
  readonly #video = this.createVideoTrack({
    draw: (frame) => drawBoxes(frame, this.lights?.flatMap(({ box }) => box ?? []) ?? []),
  });

  publishVideoTrack(): VideoTrack {
    return this.#video;
  }
}
