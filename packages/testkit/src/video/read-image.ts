import { checkVideoFrame, type VideoFrame } from '@vision-agents/core/video';
import { columns, numberOf, rows } from './number-grid.ts';

/** What a picture that a provider was given is. */
export interface NumberedImage {
  /** Undefined where no number is to be seen. */
  readonly number: number | undefined;
  /** As the file says: `jpeg`, `png`. */
  readonly format: string;
  /** In pixels. */
  readonly width: number;
  /** In pixels. */
  readonly height: number;
}

/**
 * Reads an image file, or a `data:` URL of one. It takes `sharp`, as what encodes frames does.
 *
 * @throws Error for what is no image, and without sharp
 */
export async function readImage(file: Uint8Array | string): Promise<NumberedImage> {
  const { default: sharp } = await import('sharp');
  const bytes = typeof file === 'string' ? bytesOf(file) : file;
  const { format } = await sharp(bytes).metadata();
  const { data, info } = await sharp(bytes).greyscale().raw().toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  const number = readNumber(width, height, (x, y) => data[(y * width + x) * channels] ?? 0);
  return { number, format, width, height };
}

/** The number in a frame of any kind. Undefined where none is to be seen. */
export async function readFrameNumber(frame: VideoFrame): Promise<number | undefined> {
  checkVideoFrame(frame);
  const { kind, width, height, data } = frame;
  if (kind === 'encoded') return (await readImage(data)).number;
  const step = kind === 'rgba' ? 4 : 1;
  return readNumber(width, height, (x, y) => data[step * (y * width + x)] ?? 0);
}

/** Looks at the middle of each block. */
function readNumber(
  width: number,
  height: number,
  at: (x: number, y: number) => number,
): number | undefined {
  const cells = Array.from({ length: columns * rows }, (_, cell) => {
    const x = Math.floor((((cell % columns) + 0.5) * width) / columns);
    const y = Math.floor(((Math.floor(cell / columns) + 0.5) * height) / rows);
    return at(x, y) > 128;
  });
  return numberOf(cells);
}

function bytesOf(url: string): Uint8Array {
  const base64 = /^data:[^,]*;base64,(.*)$/s.exec(url)?.[1];
  if (base64 === undefined)
    throw new TypeError(`an image must be a data: URL in base64, got ${url.slice(0, 40)}`);
  return Buffer.from(base64, 'base64');
}
