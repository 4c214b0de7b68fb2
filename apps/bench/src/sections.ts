import type { Section } from './candidate.ts';
import { audioQueue } from './cases/audio-queue.ts';
import { eventBus } from './cases/event-bus.ts';
import { jpeg } from './cases/jpeg.ts';
import { resample } from './cases/resample.ts';
import { scaffold } from './cases/scaffold.ts';
import { stream } from './cases/stream.ts';

export const sections: readonly Section[] = [
  resample,
  stream,
  eventBus,
  audioQueue,
  jpeg,
  scaffold,
];
