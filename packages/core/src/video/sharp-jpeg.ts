import type { FrameSize } from './shrink/shrink-plan.ts';

/** An image for sharp: raw pixels, or a file. */
export type SharpSource =
  | { readonly kind: 'rgb' | 'rgba'; readonly size: FrameSize; readonly data: Uint8Array }
  | { readonly kind: 'file'; readonly data: Uint8Array };

export interface Jpeg extends FrameSize {
  readonly data: Uint8Array;
}

/**
 * Encodes in a thread of libuv's pool.
 *
 * @param options.quality 1 to 100
 * @param options.bounds what the image is made to fit into
 * @throws Error without sharp, and for a file that is no image
 */
export async function sharpJpeg(
  source: SharpSource,
  options: { quality: number; bounds: FrameSize },
): Promise<Jpeg> {
  const sharp = await importSharp();
  const { quality, bounds } = options;
  const image =
    source.kind === 'file'
      ? sharp(source.data).rotate()
      : sharp(source.data, { raw: { ...source.size, channels: source.kind === 'rgb' ? 3 : 4 } });
  const { data, info } = await image
    // A linear kernel is wide enough to leave nothing out, and three times as fast as the default.
    .resize({ ...bounds, fit: 'inside', withoutEnlargement: true, kernel: 'linear' })
    .removeAlpha()
    // Better tables would save 1.5 % of the bytes and take twice as long.
    .jpeg({ quality, optimiseCoding: false })
    .toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

/** @throws Error that says how to install sharp, where it is missing */
export async function requireSharp(): Promise<void> {
  await importSharp();
}

async function importSharp() {
  try {
    const { default: sharp } = await import('sharp');
    return sharp;
  } catch (cause) {
    const message = `Video frames are encoded by sharp, which ${
      isMissing(cause) ? 'is not installed' : 'does not load'
    }: npm install sharp`;
    throw new Error(message, { cause });
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND';
}
