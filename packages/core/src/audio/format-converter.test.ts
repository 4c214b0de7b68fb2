import { describe, expect, it } from 'vitest';
import { MONO_16K, MONO_24K, MONO_48K, STEREO_48K } from './audio-format.ts';
import { FormatConverter } from './format-converter.ts';
import { PcmData } from './pcm-data.ts';

const participant = { id: 'p1', userId: 'u1' };

function level(durationMs: number, format: typeof MONO_16K, value: number): PcmData {
  const { samples, sampleRate, channels } = PcmData.silence(durationMs, format);
  return new PcmData({ samples: samples.fill(value), sampleRate, channels, participant });
}

describe('FormatConverter', () => {
  it('returns audio of the declared format as it is', () => {
    const pcm = level(20, MONO_16K, 5);

    expect(new FormatConverter(MONO_16K).push(pcm)).toBe(pcm);
  });

  it('resamples a stream piece by piece', () => {
    const converter = new FormatConverter(MONO_16K);

    const outputs = [1, 2, 3].map(() => converter.push(level(20, STEREO_48K, 5)));
    const all = PcmData.concat([...outputs, converter.flush()]);

    expect(outputs.slice(1).map((pcm) => pcm.frames)).toEqual([320, 320]);
    expect(all).toMatchObject({
      sampleRate: 16_000,
      channels: 1,
      format: 's16',
      durationMs: 60,
      participant,
    });
  });

  it('follows a source that changes its format, and loses nothing', () => {
    const converter = new FormatConverter(MONO_16K);

    const outputs = [
      converter.push(level(20, STEREO_48K, 1_000)),
      converter.push(level(20, MONO_24K, 1_000)),
      converter.push(level(20, MONO_16K, 1_000)),
      converter.push(level(20, MONO_48K, 1_000)),
      converter.flush(),
    ];

    expect(outputs.map((pcm) => pcm.sampleRate)).toEqual([16_000, 16_000, 16_000, 16_000, 16_000]);
    expect(PcmData.concat(outputs).durationMs).toBe(80);
    // The third drained the second's resampler, then passed its own frames on.
    expect(outputs[2]?.samples.slice(-320)).toEqual(new Int16Array(320).fill(1_000));
    expect(outputs[2]?.participant).toEqual(participant);
  });

  it('starts anew after flush and after reset', () => {
    const converter = new FormatConverter(MONO_16K);
    const first = converter.push(level(20, MONO_48K, 1_000));
    converter.flush();
    const second = converter.push(level(20, MONO_48K, 1_000));
    converter.reset();
    const third = converter.push(level(20, MONO_48K, 1_000));

    expect(second.samples).toEqual(first.samples);
    expect(third.samples).toEqual(first.samples);
  });

  it('has nothing to flush before the first audio', () => {
    expect(new FormatConverter(MONO_24K).flush()).toMatchObject({ sampleRate: 24_000, frames: 0 });
  });

  it('refuses anything but PcmData', () => {
    // @ts-expect-error what a caller without types may do
    expect(() => new FormatConverter(MONO_16K).push(new Uint8Array(4))).toThrow(
      new TypeError('push takes a PcmData, got a Uint8Array'),
    );
  });
});
