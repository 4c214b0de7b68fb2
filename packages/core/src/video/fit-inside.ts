import type { FrameSize } from './shrink/shrink-plan.ts';

/** The largest size of the same shape that is neither larger than `size` nor than `bounds`. */
export function fitInside({ width, height }: FrameSize, bounds: FrameSize): FrameSize {
  const scale = Math.min(1, bounds.width / width, bounds.height / height);
  const fitted = (length: number) => Math.max(1, Math.round(length * scale));
  return { width: fitted(width), height: fitted(height) };
}
