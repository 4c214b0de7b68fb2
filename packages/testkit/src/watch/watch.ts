import type { VideoLLM } from '@vision-agents/core';
import type { VideoTrack } from '@vision-agents/core/video';
import { chat, type ChatOptions } from '../chat/chat.ts';
import { NumberedTrack } from '../video/index.ts';

export interface WatchOptions extends ChatOptions {
  /** What it watches, until it ends; two seconds of a moving pattern unless given. */
  track?: VideoTrack | undefined;
}

/**
 * Lets a model watch a track to its end, asks it a question, and prints what it was shown and what comes out.
 *
 * Starts the plugin, and closes it. Rejects when the answer fails.
 */
export async function watch(
  vlm: VideoLLM,
  question: string,
  options: WatchOptions = {},
): Promise<void> {
  const { track = new NumberedTrack({ durationMs: 2_000 }), print = console.log } = options;
  await using _closed = vlm;
  await vlm.start();
  await vlm.watchVideoTrack(track);
  let passed = 0;
  for await (const { width, height } of track.frames()) {
    passed += 1;
    if (passed === 1) print(`It watches the track "${track.id}", of ${width}×${height} pixels …`);
  }
  const bytes = vlm.frames.reduce((sum, { data }) => sum + data.byteLength, 0);
  print(`${passed} frames passed, ${vlm.frames.length} were kept: ${bytes} bytes of JPEG.\n`);
  await chat(vlm, question, { print });
}
