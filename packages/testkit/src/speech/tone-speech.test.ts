import { PcmData, type AudioFormat } from '@vision-agents/core/audio';
import { describe, expect, it } from 'vitest';
import { readToneSpeech, toneSpeech, toneSpeechMs } from './tone-speech.ts';

const formats: AudioFormat[] = [8_000, 16_000, 22_050, 24_000, 44_100, 48_000].flatMap(
  (sampleRate) => [
    { sampleRate, channels: 1, format: 's16' },
    { sampleRate, channels: 2, format: 'f32' },
  ],
);
const texts = ['Hello there.', 'x', 'Zwölf Äpfel für 你 🎉', '\u0000\u007f'];

describe('toneSpeech', () => {
  it.for(formats)('can be read at $sampleRate Hz with $channels channel(s)', (format) => {
    for (const text of texts) {
      const speech = toneSpeech(text, format);
      expect(speech.durationMs).toBeCloseTo(toneSpeechMs(text), 1);
      expect(readToneSpeech(speech)).toBe(text);
    }
  });

  it.for(formats)('can be read when it was resampled from $sampleRate Hz', (format) => {
    for (const rate of [8_000, 16_000, 48_000])
      expect(readToneSpeech(toneSpeech('Hello there.', format).resample(rate, 1))).toBe(
        'Hello there.',
      );
  });

  it('can not be read at a wrong rate, with bytes that are off by one, or with a part missing', () => {
    const speech = toneSpeech('Hello there.', { sampleRate: 24_000, channels: 1, format: 's16' });
    const { samples } = speech.toInt16();
    const bytes = speech.toBytes();
    const mono = { sampleRate: 24_000, channels: 1, format: 's16' } as const;
    const wrong = [
      PcmData.fromBytes(bytes, { ...mono, sampleRate: 16_000 }),
      PcmData.fromBytes(bytes.subarray(1), mono),
      PcmData.concat([speech.slice(0, 100), speech.slice(103)]),
      new PcmData({ samples: samples.map(() => Math.random() * 9_000), sampleRate: 24_000 }),
    ];
    for (const pcm of wrong) expect(readToneSpeech(pcm)).not.toBe('Hello there.');
    expect(readToneSpeech(PcmData.silence(500, mono))).toBe('');
  });
});
