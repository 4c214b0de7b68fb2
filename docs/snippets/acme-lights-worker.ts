import type { VideoFrame } from '@vision-agents/core/video';

/** Runs in the thread, and may block it. Modules stay loaded, so a model is read once. */
export default function findLights({ kind, width, height, data }: VideoFrame): unknown {
  if (kind !== 'i420') throw new Error(`I420 is needed, got ${kind}`);
  const luma = data.subarray(0, width * height);
  const first = luma.findIndex((value) => value > 200);
  if (first === -1) return [];
  const y = Math.floor(first / width);
  const bottom = Math.floor(luma.findLastIndex((value) => value > 200) / width) + 1;
  return [{ label: 'light', confidence: 0.9, box: { x: 0, y, width, height: bottom - y } }];
}
