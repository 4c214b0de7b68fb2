import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { VideoFrame } from '@vision-agents/core/video';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { VirtualClock } from '../clock/index.ts';
import { encodeMjpeg, MjpegTrack, numberedFrame, readFrameNumber } from './index.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mjpeg-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('MjpegTrack', () => {
  it('shows the pictures of a file on time, over and over, and lets go when aborted', async () => {
    const path = join(folder, 'video.mjpeg');
    await writeFile(path, await encodeMjpeg([1, 2, 3].map((number) => numberedFrame(number))));
    const clock = new VirtualClock();
    const track = await MjpegTrack.open(path, { fps: 5, clock });
    const abort = new AbortController();
    const frames: [VideoFrame, number][] = [];
    const reading = (async () => {
      for await (const frame of track.frames({ signal: abort.signal })) {
        frames.push([frame, clock.now()]);
        if (frames.length === 4) abort.abort();
      }
    })();
    await clock.until(reading, { limitMs: 2_000 });
    expect(frames[0]?.[0]).toMatchObject({ kind: 'encoded', width: 320, height: 180 });
    const seen = await Promise.all(
      frames.map(async ([frame, at]) => [await readFrameNumber(frame), frame.timestampMs, at]),
    );
    expect(seen).toEqual([
      [1, 0, 0],
      [2, 200, 200],
      [3, 400, 400],
      [1, 600, 600],
    ]);
    expect(clock.pending).toBe(0);
  });

  it('shows them for as long as it is told', async () => {
    const path = join(folder, 'video.mjpeg');
    await writeFile(path, await encodeMjpeg([1, 2].map((number) => numberedFrame(number))));
    const clock = new VirtualClock();
    const track = await MjpegTrack.open(path, { fps: 5, durationMs: 500, clock });
    const frames = await clock.until(Array.fromAsync(track.frames()), { limitMs: 1_000 });
    expect(frames.map(({ timestampMs }) => timestampMs)).toEqual([0, 200, 400]);
  });

  it('says when a file is no video of JPEGs', async () => {
    const path = join(folder, 'video.mp4');
    await writeFile(path, 'no video');
    await expect(MjpegTrack.open(path)).rejects.toThrow(/unsupported image format/);
    await expect(MjpegTrack.open(join(folder, 'none'))).rejects.toThrow(/ENOENT/);
  });
});
