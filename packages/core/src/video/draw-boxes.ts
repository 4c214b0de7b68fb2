import { checkInteger } from '../audio/check-number.ts';
import { i420Layout } from './i420-layout.ts';
import { checkVideoFrame, type VideoFrame } from './video-frame.ts';

/** Part of a frame, in pixels from its left upper corner. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A green that is told from skin, sky and asphalt: as RGB, and in BT.601 with limited range. */
const green = { rgb: [0, 255, 0], y: 145, u: 54, v: 34 } as const;

/**
 * The same frame with a green outline around each box, drawn inwards. What of a box is outside of the frame is not
 * drawn. The frame itself stays as it is; an encoded one is given back.
 *
 * @param options.thickness in pixels; 2 unless given
 * @throws RangeError for a frame that can't be, or a thickness that is not a positive integer
 */
export function drawBoxes(
  frame: VideoFrame,
  boxes: readonly Box[],
  options: { thickness?: number | undefined } = {},
): VideoFrame {
  const { thickness = 2 } = options;
  checkInteger('thickness', thickness);
  checkVideoFrame(frame);
  if (frame.kind === 'encoded' || boxes.length === 0) return frame;
  const data = frame.data.slice();
  const fill = frame.kind === 'rgba' ? fillRgba : fillI420;
  for (const box of boxes) {
    const left = Math.round(box.x);
    const top = Math.round(box.y);
    const right = Math.round(box.x + box.width);
    const bottom = Math.round(box.y + box.height);
    const insideTop = Math.min(bottom, top + thickness);
    const insideBottom = Math.max(insideTop, bottom - thickness);
    fill(frame, data, left, top, right, insideTop);
    fill(frame, data, left, insideBottom, right, bottom);
    fill(frame, data, left, insideTop, Math.min(right, left + thickness), insideBottom);
    fill(frame, data, Math.max(left, right - thickness), insideTop, right, insideBottom);
  }
  return { ...frame, data };
}

type Fill = (
  size: { readonly width: number; readonly height: number },
  data: Uint8Array,
  left: number,
  top: number,
  right: number,
  bottom: number,
) => void;

const fillRgba: Fill = ({ width, height }, data, left, top, right, bottom) => {
  const [red, green8, blue] = green.rgb;
  for (let y = Math.max(0, top); y < Math.min(bottom, height); y += 1) {
    for (let x = Math.max(0, left); x < Math.min(right, width); x += 1) {
      const pixel = 4 * (y * width + x);
      data[pixel] = red;
      data[pixel + 1] = green8;
      data[pixel + 2] = blue;
    }
  }
};

const fillI420: Fill = ({ width, height }, data, left, top, right, bottom) => {
  const { u, v, chromaWidth, chromaHeight } = i420Layout(width, height);
  fillPlane(data, 0, { width, height }, { left, top, right, bottom }, green.y);
  const half = {
    left: Math.floor(left / 2),
    top: Math.floor(top / 2),
    right: Math.ceil(right / 2),
    bottom: Math.ceil(bottom / 2),
  };
  const size = { width: chromaWidth, height: chromaHeight };
  fillPlane(data, u, size, half, green.u);
  fillPlane(data, v, size, half, green.v);
};

function fillPlane(
  data: Uint8Array,
  offset: number,
  { width, height }: { width: number; height: number },
  area: { left: number; top: number; right: number; bottom: number },
  value: number,
): void {
  const begin = Math.max(0, area.left);
  const end = Math.min(area.right, width);
  if (begin >= end) return;
  for (let y = Math.max(0, area.top); y < Math.min(area.bottom, height); y += 1)
    data.fill(value, offset + y * width + begin, offset + y * width + end);
}
