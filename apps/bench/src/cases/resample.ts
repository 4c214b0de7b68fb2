import { PcmData, Resampler } from '@vision-agents/core/audio';
import type { AudioFormat } from '@vision-agents/core/audio';
import type { Batch, Candidate, Row, Section } from '../candidate.ts';
import { recorded } from '../recorded.ts';
import { livekitResampler } from '../peers/livekit.ts';

const chunkMs = 20;
const chunks = 500;

/** 20 ms of a tone. */
function tone({ sampleRate, channels }: AudioFormat): PcmData {
  const samples = Int16Array.from(
    { length: (sampleRate / 1000) * chunkMs * channels },
    (_, index) => 12_000 * Math.sin(index * 0.05),
  );
  return new PcmData({ samples, sampleRate, channels });
}

function ours(from: AudioFormat, to: AudioFormat): Batch {
  const resampler = new Resampler({ from, to });
  const chunk = tone(from);
  return {
    items: chunks,
    run: () => {
      for (let index = 0; index < chunks; index++) resampler.push(chunk);
    },
  };
}

function candidates(from: AudioFormat, to: AudioFormat): Candidate[] {
  return [
    { name: 'ours', prepare: () => ours(from, to) },
    {
      name: 'ours, TypeScript',
      prepare: () => {
        // Without WebAssembly the resampler falls back. Each candidate has a process of its own.
        Reflect.deleteProperty(globalThis, 'WebAssembly');
        return ours(from, to);
      },
    },
    {
      name: 'livekit',
      prepare: async () => {
        const push = await livekitResampler(from, to);
        const samples = Int16Array.from(tone(from).samples);
        return {
          items: chunks,
          run: () => {
            for (let index = 0; index < chunks; index++) push(samples);
          },
        };
      },
    },
  ];
}

/** `us`: what the original's two ways and the prototype took. */
function row(
  id: string,
  [from, to]: [AudioFormat, AudioFormat],
  us: { prototype: number; linear: number; stateful: number },
): Row {
  return {
    id,
    title: `${layout(from)} → ${layout(to)}`,
    audioMs: chunkMs,
    candidates: candidates(from, to),
    recorded: [
      ...recorded(us.prototype),
      { name: 'Python, linear', us: us.linear },
      { name: 'Python, of this quality', us: us.stateful },
    ],
  };
}

function layout({ sampleRate, channels }: AudioFormat): string {
  return `${String(sampleRate / 1000)} kHz ${channels === 2 ? 'stereo' : 'mono'}`;
}

const streams = 200;

/** One chunk for each of many streams in turn makes one item. */
function manyStreams(from: AudioFormat, to: AudioFormat): Batch {
  const lanes = Array.from({ length: streams }, () => ({
    resampler: new Resampler({ from, to }),
    chunk: tone(from),
  }));
  return {
    items: 10,
    run: () => {
      for (let round = 0; round < 10; round++) {
        for (const { resampler, chunk } of lanes) resampler.push(chunk);
      }
    },
  };
}

function s16(sampleRate: number, channels = 1): AudioFormat {
  return { sampleRate, channels, format: 's16' };
}

export const resample: Section = {
  title: 'Resampler, s16',
  item: 'chunk of 20 ms',
  rows: [
    row('resample-48x2-16', [s16(48_000, 2), s16(16_000)], {
      prototype: 5.3,
      linear: 48.3,
      stateful: 70.0,
    }),
    row('resample-24-48', [s16(24_000), s16(48_000)], {
      prototype: 6.5,
      linear: 23.5,
      stateful: 50.0,
    }),
    row('resample-16-48', [s16(16_000), s16(48_000)], {
      prototype: 5.7,
      linear: 25.1,
      stateful: 59.1,
    }),
    row('resample-44-16', [s16(44_100), s16(16_000)], {
      prototype: 5.7,
      linear: 20.9,
      stateful: 63.8,
    }),
    row('resample-8-16', [s16(8_000), s16(16_000)], {
      prototype: 2.4,
      linear: 18.4,
      stateful: 42.1,
    }),
    {
      id: 'resample-200',
      title: '200 streams, 48 kHz stereo → 16 kHz mono',
      recorded: recorded(840),
      audioMs: chunkMs,
      candidates: [{ name: 'ours', prepare: () => manyStreams(s16(48_000, 2), s16(16_000)) }],
    },
  ],
};
