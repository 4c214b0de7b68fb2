import { readFile } from 'node:fs/promises';
import { sleep, systemClock, type Clock } from '@vision-agents/core';
import {
  JpegEncoder,
  type EncodedFrame,
  type VideoFrame,
  type VideoTrack,
} from '@vision-agents/core/video';

/** The end of one JPEG and the beginning of the next: ITU-T T.81, markers EOI and SOI. */
const BORDER = Buffer.from([0xff, 0xd9, 0xff, 0xd8]);

/** A video as one JPEG after the other, `.mjpeg`: what ffmpeg writes with `-c:v mjpeg`. It takes `sharp`. */
export async function encodeMjpeg(frames: Iterable<VideoFrame>): Promise<Uint8Array> {
  const encoder = new JpegEncoder();
  const jpegs: Uint8Array[] = [];
  for (const frame of frames) jpegs.push((await encoder.encode(frame)).data);
  return Buffer.concat(jpegs);
}

/** @throws Error for what is no JPEG */
async function decodeMjpeg(bytes: Uint8Array): Promise<readonly Picture[]> {
  const { default: sharp } = await import('sharp');
  return Promise.all(
    cut(bytes).map(async (data) => {
      const { format, width, height } = await sharp(data).metadata();
      if (format !== 'jpeg') throw new Error(`a video of JPEGs is needed, not of ${format}`);
      return { width, height, data };
    }),
  );
}

interface Picture {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

function cut(bytes: Uint8Array): Uint8Array[] {
  const file = Buffer.from(bytes);
  const pictures: Uint8Array[] = [];
  let start = 0;
  for (let at = file.indexOf(BORDER); at !== -1; at = file.indexOf(BORDER, start)) {
    pictures.push(new Uint8Array(file.subarray(start, at + 2)));
    start = at + 2;
  }
  return [...pictures, new Uint8Array(file.subarray(start))];
}

export interface MjpegTrackOptions {
  /** Pictures per second; 10 unless given. */
  fps?: number | undefined;
  /** How long it is shown; without an end unless given. */
  durationMs?: number | undefined;
  id?: string | undefined;
  clock?: Clock | undefined;
}

/** A video file as a track that is shown over and over, as fast as it was recorded, from the moment it is read. */
export class MjpegTrack implements VideoTrack {
  readonly id: string;
  readonly #pictures: readonly Picture[];
  readonly #fps: number;
  readonly #durationMs: number;
  readonly #clock: Clock;

  private constructor(pictures: readonly Picture[], options: MjpegTrackOptions) {
    this.id = options.id ?? 'mjpeg';
    this.#pictures = pictures;
    this.#fps = options.fps ?? 10;
    this.#durationMs = options.durationMs ?? Number.POSITIVE_INFINITY;
    this.#clock = options.clock ?? systemClock;
  }

  /** Rejects when there is no such file, or it is no video of JPEGs. */
  static async open(path: string | URL, options: MjpegTrackOptions = {}): Promise<MjpegTrack> {
    return new MjpegTrack(await decodeMjpeg(await readFile(path)), options);
  }

  async *frames(
    options: { signal?: AbortSignal | undefined } = {},
  ): AsyncGenerator<EncodedFrame, void, undefined> {
    const { signal } = options;
    const startMs = this.#clock.now();
    for (let index = 0; ; index += 1) {
      const timestampMs = (index * 1_000) / this.#fps;
      if (signal?.aborted || timestampMs >= this.#durationMs) return;
      const waitMs = startMs + timestampMs - this.#clock.now();
      try {
        if (waitMs > 0) await sleep(this.#clock, waitMs, { signal });
      } catch (error) {
        if (signal?.aborted) return;
        throw error;
      }
      const picture = this.#pictures[index % this.#pictures.length];
      if (picture) yield { kind: 'encoded', mimeType: 'image/jpeg', timestampMs, ...picture };
    }
  }
}
