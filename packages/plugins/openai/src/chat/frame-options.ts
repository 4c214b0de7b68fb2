import { z } from 'zod';
import type { ChatCompletionsVideoInit } from './chat-completions-video-base.ts';

/** What those have besides that see. */
export const frameOptions = {
  fps: z.number().positive().default(1),
  bufferSeconds: z.number().positive().default(10),
  maxWidth: z.int().positive().default(800),
  maxHeight: z.int().positive().default(600),
  quality: z.int().min(1).max(100).default(85),
};

const Settings = z.strictObject(frameOptions);

/** The options in force, as the base takes them. */
export function frameSettings({
  fps,
  bufferSeconds,
  ...jpeg
}: z.output<typeof Settings>): Pick<ChatCompletionsVideoInit, 'fps' | 'bufferSeconds' | 'jpeg'> {
  return { fps, bufferSeconds, jpeg };
}
