import type { VideoFrame } from './video-frame.ts';

/** Whether two frames show the same, bit by bit, whenever they were taken. */
export function sameContent(a: VideoFrame, b: VideoFrame): boolean {
  if (a === b) return true;
  if (a.kind !== b.kind || a.width !== b.width || a.height !== b.height) return false;
  if (a.kind === 'encoded' && b.kind === 'encoded' && a.mimeType !== b.mimeType) return false;
  // Of two frames that differ this reads as far as the first difference.
  return a.data === b.data || Buffer.compare(a.data, b.data) === 0;
}
