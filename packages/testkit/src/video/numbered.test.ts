import { JpegEncoder, VideoForwarder } from '@vision-agents/core/video';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../clock/index.ts';
import { numberedFrame, NumberedTrack, readFrameNumber, readImage } from './index.ts';

const numbers = [0, 1, 2, 29, 255, 256, 108_000, 16_777_215];

describe('numberedFrame', () => {
  it.each([
    ['i420', 320, 180],
    ['rgba', 320, 180],
    ['i420', 33, 17],
    ['i420', 1281, 721],
  ] as const)('has its number in it: %s of %d×%d', async (kind, width, height) => {
    for (const number of numbers) {
      const frame = numberedFrame(number, { kind, width, height });
      expect(await readFrameNumber(frame)).toBe(number);
    }
  });

  it('keeps it in a JPEG, in poor quality and in small', async () => {
    for (const kind of ['i420', 'rgba'] as const) {
      const encoder = new JpegEncoder({ quality: 30, maxWidth: 96 });
      for (const number of numbers) {
        const jpeg = await encoder.encode(numberedFrame(number, { kind, width: 640, height: 360 }));
        expect(await readFrameNumber(jpeg)).toBe(number);
        const url = `data:image/jpeg;base64,${Buffer.from(jpeg.data).toString('base64')}`;
        expect(await readImage(url)).toEqual({ number, format: 'jpeg', width: 96, height: 54 });
      }
    }
  });

  it('is not found in a picture without one', async () => {
    for (const background of ['black', 'white', 'grey']) {
      const image = sharp({ create: { width: 64, height: 64, channels: 3, background } });
      expect((await readImage(await image.png().toBuffer())).number).toBeUndefined();
    }
    await expect(readImage('https://example.com/a.png')).rejects.toThrow(TypeError);
  });

  it('refuses what has no room for it', () => {
    expect(() => numberedFrame(-1)).toThrow(RangeError);
    expect(() => numberedFrame(2 ** 24)).toThrow(RangeError);
    expect(() => numberedFrame(1, { width: 31 })).toThrow(RangeError);
  });
});

describe('NumberedTrack', () => {
  it('shows frames on time, each number as often as told, and ends', async () => {
    const clock = new VirtualClock();
    const track = new NumberedTrack({ fps: 10, repeat: 2, durationMs: 1_000, clock });
    const seen: [number | undefined, number][] = [];
    const reading = (async () => {
      for await (const frame of track.frames())
        seen.push([await readFrameNumber(frame), clock.now()]);
    })();
    await clock.until(reading, { limitMs: 2_000 });
    expect(seen).toEqual(
      Array.from({ length: 10 }, (_, index) => [Math.floor(index / 2) + 1, index * 100]),
    );
    expect([track.readers, clock.pending]).toEqual([0, 0]);
  });

  it('goes on without a reader, fails as told, and lets go when aborted', async () => {
    const clock = new VirtualClock();
    const track = new NumberedTrack({
      fps: 10,
      durationMs: 1_000,
      failure: new Error('gone'),
      clock,
    });
    await clock.advance(500);
    const late = track.frames();
    expect(await readFrameNumber((await late.next()).value ?? numberedFrame(0))).toBe(6);
    const rest = (async () => {
      for await (const { timestampMs } of late) expect(timestampMs).toBeGreaterThan(500);
    })();
    await expect(clock.until(rest, { limitMs: 2_000 })).rejects.toThrow('gone');

    const abort = new AbortController();
    const other = new NumberedTrack({ fps: 1, clock }).frames({ signal: abort.signal });
    await other.next();
    const next = other.next();
    abort.abort();
    expect(await next).toEqual({ value: undefined, done: true });
    expect(clock.pending).toBe(0);
  });
});

describe('VideoForwarder, for an hour', () => {
  it('gives each handler its rate, and a slow one delays none', { timeout: 300_000 }, async () => {
    const clock = new VirtualClock();
    const track = new NumberedTrack({ width: 32, height: 16, durationMs: 3_600_000, clock });
    const forwarder = new VideoForwarder(track, { clock });
    const counts = [30, 20, 7, 1].map((fps) => {
      const counted = { fps, frames: 0, latest: 0 };
      forwarder.addFrameHandler(
        ({ timestampMs }) => {
          counted.frames += 1;
          counted.latest = Math.max(counted.latest, clock.now() - timestampMs);
        },
        { fps },
      );
      return counted;
    });
    let slow = 0;
    forwarder.addFrameHandler(
      async () => {
        slow += 1;
        await new Promise<void>((resolve) => void clock.setTimeout(resolve, 500));
      },
      { fps: 20 },
    );
    await clock.advance(3_601_000);
    for (const { fps, frames, latest } of counts) {
      expect(Math.abs(frames - fps * 3_600)).toBeLessThanOrEqual(1);
      // One interval of the source, and the quarter that a newer frame is waited for when the track has ended.
      expect(latest).toBeLessThanOrEqual(42);
    }
    expect(Math.abs(slow - 7_200)).toBeLessThanOrEqual(2);
    await forwarder.stop();
    expect([track.readers, clock.pending]).toEqual([0, 0]);
  });
});
