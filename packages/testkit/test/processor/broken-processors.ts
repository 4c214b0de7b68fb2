import type { Processor } from '@vision-agents/core';
import { brokenAnyhow } from './broken-anyhow.ts';
import { brokenAudio } from './broken-audio.ts';
import { brokenPublishedVideo } from './broken-published-video.ts';
import { brokenVideo } from './broken-video.ts';

/** Processors with one fault each, by the rule that finds it. */
export const brokenProcessors: Readonly<Record<string, () => Processor>> = {
  ...brokenAnyhow,
  ...brokenVideo,
  ...brokenPublishedVideo,
  ...brokenAudio,
};
