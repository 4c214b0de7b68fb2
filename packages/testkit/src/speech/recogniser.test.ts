import { PcmData } from '@vision-agents/core/audio';
import { describe, expect, it } from 'vitest';
import { HonestRecogniser, recordings } from './index.ts';
import type { RecognisedEvent, SpeechRecording, SpokenWord } from './index.ts';

const all = Object.values(recordings);
const { ada, ben } = recordings;

describe.each(all)('hears $speaker', (recording) => {
  it('word by word, sentence by sentence', () => {
    const [first, second] = recording.sentences;
    const events = recognise(recording.pcm());
    expect(outline(events)).toEqual([
      'speech-started',
      ...wordsIn(recording, first),
      `sentence-ended: ${first?.text}`,
      'speech-started',
      ...wordsIn(recording, second),
      `sentence-ended: ${second?.text}`,
    ]);
    expect(events.every((event) => event.recording === recording)).toBe(true);
  });

  it('with the text of the sentence so far', () => {
    const soFar = heard(recognise(recording.pcm())).map(({ textSoFar }) => textSoFar);
    const [first, second] = recording.sentences;
    expect(soFar[0]).toBe(recording.words[0]?.text);
    expect(soFar).toContain(first?.text);
    expect(soFar.at(-1)).toBe(second?.text);
  });

  it.each([
    ['16 kHz', recording.pcm(16_000)],
    ['48 kHz', recording.pcm(48_000)],
    ['48 kHz to 8 kHz', recording.pcm(48_000).resample(8_000)],
    ['48 kHz to 16 kHz', recording.pcm(48_000).resample(16_000)],
    ['16 kHz to 24 kHz', recording.pcm(16_000).resample(24_000)],
    ['16 kHz to 44.1 kHz', recording.pcm(16_000).resample(44_100)],
    ['8 kHz to 16 kHz', recording.pcm(16_000).resample(8_000).resample(16_000)],
    ['44.1 kHz to 16 kHz', recording.pcm(48_000).resample(44_100).resample(16_000)],
    ['48 kHz stereo to 16 kHz', recording.pcm(48_000).resample(48_000, 2).resample(16_000, 1)],
    ['telephone', PcmData.fromG711(recording.pcm(16_000).toG711())],
    ['f32', recording.pcm(16_000).toFloat32()],
    ['0.3 of its level', scale(recording.pcm(16_000), 0.3)],
    ['0.3 of its level in f32', scale(recording.pcm(48_000).toFloat32(), 0.3)],
    ['in noise', mix(recording.pcm(16_000), noise(recording.durationMs, 1_000))],
    ['half a sample late', halfASampleLate(recording.pcm(16_000))],
  ])('through %s, with times within 30 ms', (_, pcm) => {
    const words = heard(recognise(pcm));
    expect(texts(words)).toEqual(texts(recording.words));
    for (const { word, audioStartMs, audioEndMs } of words) {
      expect(Math.abs(audioStartMs - word.startMs), word.text).toBeLessThan(30);
      expect(Math.abs(audioEndMs - word.endMs), word.text).toBeLessThan(30);
    }
  });

  it.each([10, 37, 100, 1_000])('the same in chunks of %i ms', (chunkMs) => {
    expect(recognise(recording.pcm(), { chunkMs })).toEqual(
      recognise(recording.pcm(), { chunkMs: 20 }),
    );
  });

  it('as soon as the words came in, and not before', () => {
    const recogniser = new HonestRecogniser({ format: recording.pcm() });
    let receivedMs = 0;
    for (const chunk of recording.pcm().chunks(160)) {
      receivedMs += chunk.durationMs;
      for (const event of recogniser.push(chunk)) {
        if (event.type === 'speech-started') {
          expect(receivedMs - event.audioStartMs).toBeLessThan(500);
        } else if (event.type === 'word') {
          expect(receivedMs - event.audioEndMs, event.word.text).toBeGreaterThanOrEqual(0);
          expect(receivedMs - event.audioEndMs, event.word.text).toBeLessThan(250);
        } else {
          expect(receivedMs - event.audioEndMs).toBeGreaterThanOrEqual(300);
          expect(receivedMs - event.audioEndMs).toBeLessThan(320);
        }
      }
    }
    expect(recogniser.flush()).toEqual([]);
  });

  it('twice when it is played twice', () => {
    const twice = heard(recognise(PcmData.concat([recording.pcm(), recording.pcm()])));
    expect(texts(twice)).toEqual([...texts(recording.words), ...texts(recording.words)]);
    for (const { word, audioEndMs } of twice.slice(recording.words.length)) {
      expect(Math.abs(audioEndMs - recording.durationMs - word.endMs), word.text).toBeLessThan(30);
    }
  });

  it.each([150, 600])('but for the words that were lost with %i ms of audio', (lostMs) => {
    const pcm = recording.pcm();
    for (let fromMs = 300; fromMs + lostMs < recording.durationMs - 700; fromMs += 710) {
      const toMs = fromMs + lostMs;
      const received = PcmData.concat([pcm.slice(0, fromMs), pcm.slice(toMs)]);
      const words = heard(recognise(received));
      const whole = recording.words.filter(
        ({ startMs, endMs }) => endMs <= fromMs || startMs >= toMs,
      );
      const unheard = texts(whole).filter((text) => !texts(words).includes(text));
      const extra = words.filter(({ word }) => !whole.includes(word));
      expect(unheard, `${fromMs} to ${toMs}`).toEqual([]);
      // A word is still one if only its quiet part was lost, like the end of `is`.
      for (const { word } of extra) {
        const lost = Math.min(word.endMs, toMs) - Math.max(word.startMs, fromMs);
        expect(
          lost / (word.endMs - word.startMs),
          `${word.text} of ${fromMs} to ${toMs}`,
        ).toBeLessThan(0.75);
      }
    }
  });

  it.each([
    [200, 100],
    [500, 37],
    [20, 20],
  ])('with, after each %i ms, %i ms of silence put in', (everyMs, silenceMs) => {
    const pcm = recording.pcm();
    const silence = PcmData.silence(silenceMs, pcm);
    const received = PcmData.concat(
      [...pcm.chunks(everyMs * 16)].flatMap((chunk) => [chunk, silence]),
    );
    const words = heard(recognise(received));
    expect(texts(words)).toEqual(texts(recording.words));
    for (const { word, audioEndMs } of words) {
      const inserted = Math.floor((word.endMs - 1) / everyMs) * silenceMs;
      expect(Math.abs(audioEndMs - word.endMs - inserted), word.text).toBeLessThanOrEqual(
        silenceMs + 15,
      );
    }
  });

  it('from the middle on, when that is where the stream begins', () => {
    for (let fromMs = 250; fromMs < recording.durationMs - 1_200; fromMs += 430) {
      const received = texts(heard(recognise(recording.pcm().slice(fromMs))));
      const whole = recording.words.filter(({ startMs }) => startMs >= fromMs);
      const cut = recording.words.find(({ startMs, endMs }) => startMs < fromMs && fromMs < endMs);
      expect([texts(whole), texts(cut ? [cut, ...whole] : whole)], `from ${fromMs}`).toContainEqual(
        received,
      );
    }
  });

  it('up to where it breaks off', () => {
    for (let untilMs = 700; untilMs < recording.durationMs; untilMs += 470) {
      const events = recognise(recording.pcm().slice(0, untilMs));
      const whole = recording.words.filter(({ endMs }) => endMs + 5 <= untilMs);
      const cut = recording.words.find(
        ({ startMs, endMs }) => startMs < untilMs && untilMs < endMs + 5,
      );
      expect(
        [texts(whole), texts(cut ? [...whole, cut] : whole)],
        `until ${untilMs}`,
      ).toContainEqual(texts(heard(events)));
      expect(events.at(-1)?.type).toBe('sentence-ended');
    }
  });

  it('after any other sound', () => {
    const before = [
      noise(2_000, 5_000),
      PcmData.silence(3_000, recording.pcm()),
      ...all.map((a) => a.pcm()),
    ];
    const events = recognise(PcmData.concat([...before, recording.pcm()]));
    expect(texts(heard(events))).toEqual(
      texts([...all.flatMap(({ words }) => words), ...recording.words]),
    );
  });

  it('while another recogniser hears another speaker', () => {
    const other = recording === ada ? ben : ada;
    const pairs = [recording, other].map((own) => ({
      own,
      recogniser: new HonestRecogniser({ format: own.pcm() }),
      chunks: [...own.pcm().chunks(320)],
      events: new Array<RecognisedEvent>(),
    }));
    for (let index = 0; index < 330; index += 1) {
      for (const { recogniser, chunks, events } of pairs) {
        const chunk = chunks[index];
        if (chunk) events.push(...recogniser.push(chunk));
      }
    }
    for (const { own, events } of pairs) expect(texts(heard(events))).toEqual(texts(own.words));
  });

  it.each([
    ['48 kHz declared as 16 kHz', declare(recording.pcm(48_000), 16_000)],
    ['16 kHz declared as 48 kHz', declare(recording.pcm(16_000), 48_000)],
    ['16 kHz declared as 8 kHz', declare(recording.pcm(16_000), 8_000)],
    ['8 kHz declared as 16 kHz', declare(recording.pcm(16_000).resample(8_000), 16_000)],
    ['24 kHz declared as 16 kHz', declare(recording.pcm(48_000).resample(24_000), 16_000)],
    ['44.1 kHz declared as 48 kHz', declare(recording.pcm(48_000).resample(44_100), 48_000)],
    ['stereo declared as mono at 16 kHz', asMono(recording.pcm(16_000).resample(16_000, 2))],
    ['stereo declared as mono at 48 kHz', asMono(recording.pcm(48_000).resample(48_000, 2))],
    ['two speakers as stereo declared as mono', interleave(ada.pcm(), ben.pcm())],
    ['f32 declared as s16', PcmData.fromBytes(recording.pcm().toFloat32().toBytes(), s16(16_000))],
    [
      's16 declared as f32',
      PcmData.fromBytes(recording.pcm().toBytes(), { ...s16(16_000), format: 'f32' }),
    ],
    ['big-endian samples', byteSwapped(recording.pcm())],
    [
      'played backwards',
      new PcmData({ samples: recording.pcm().samples.toReversed(), sampleRate: 16_000 }),
    ],
  ])('not at all as %s', (_, pcm) => {
    expect(recognise(pcm)).toEqual([]);
  });

  it('not at all when only others are offered', () => {
    expect(
      recognise(recording.pcm(), { recordings: all.filter((other) => other !== recording) }),
    ).toEqual([]);
  });
});

describe('hears nothing', () => {
  it('in silence', () => {
    expect(recognise(PcmData.silence(4_000, s16(16_000)))).toEqual([]);
    expect(recognise(PcmData.silence(4_000, { ...s16(48_000), format: 'f32' }))).toEqual([]);
  });

  it.each([3, 1_000, 20_000])('in noise of amplitude %i', (amplitude) => {
    expect(recognise(noise(4_000, amplitude))).toEqual([]);
  });

  it('in tones and hums', () => {
    for (const hertz of [100, 180, 440, 1_000]) {
      const samples = Int16Array.from({ length: 48_000 }, (_, index) =>
        [1, 2, 3, 4].reduce(
          (sum, harmonic) =>
            sum + 4_000 * Math.sin((2 * Math.PI * hertz * harmonic * index) / 16_000),
          0,
        ),
      );
      expect(recognise(new PcmData({ samples, sampleRate: 16_000 }))).toEqual([]);
    }
  });
});

it('gets over bytes that are no audio', () => {
  const garbage = Float32Array.from(
    { length: 4_000 },
    (_, index) => [NaN, Infinity, -1e30, 0][index % 4] ?? 0,
  );
  const pcm = ada.pcm().toFloat32();
  const events = recognise(
    PcmData.concat([new PcmData({ samples: garbage, sampleRate: 16_000 }), pcm]),
  );
  expect(texts(heard(events))).toEqual(texts(ada.words));
});

describe('ends a sentence', () => {
  const [first, second] = ada.sentences;
  const firstEndMs = first?.endMs ?? 0;
  const secondStartMs = second?.startMs ?? 0;
  const secondEndMs = second?.endMs ?? 0;

  it('when the next one starts without a pause', () => {
    const received = PcmData.concat([
      ada.pcm().slice(0, firstEndMs + 20),
      ada.pcm().slice(secondStartMs - 20, secondEndMs + 20),
    ]);
    expect(outline(recognise(received))).toEqual(outline(recognise(ada.pcm())));
  });

  it('when another speaker starts in the middle of it', () => {
    const received = PcmData.concat([ada.pcm().slice(0, 1_442), ben.pcm()]);
    const ended = recognise(received).flatMap((event) =>
      event.type === 'sentence-ended' ? [[event.recording.speaker, event.text]] : [],
    );
    expect(ended).toEqual([
      ['ada', 'Good morning, I would'],
      ...ben.sentences.map(({ text }) => ['ben', text]),
    ]);
  });

  it('when it starts anew', () => {
    const received = PcmData.concat([ada.pcm().slice(0, 1_442), ada.pcm()]);
    expect(
      outline(recognise(received)).filter((line) => line.startsWith('sentence-ended')),
    ).toEqual([
      'sentence-ended: Good morning, I would',
      ...ada.sentences.map(({ text }) => `sentence-ended: ${text}`),
    ]);
  });

  it('when its end does not come', () => {
    const recogniser = new HonestRecogniser({ format: ada.pcm() });
    recogniser.push(ada.pcm().slice(0, 1_442));
    const silence = PcmData.silence(100, ada.pcm());
    let silenceMs = 0;
    let last: RecognisedEvent | undefined;
    for (; last?.type !== 'sentence-ended' && silenceMs < 5_000; silenceMs += 100) {
      last = recogniser.push(silence).at(-1);
    }
    expect(last).toMatchObject({ type: 'sentence-ended', text: 'Good morning, I would' });
    expect(silenceMs).toBeLessThan(3_000);
    expect(recogniser.flush()).toEqual([]);
  });

  it('on flush, and hears on after it', () => {
    const recogniser = new HonestRecogniser({ format: ada.pcm() });
    recogniser.push(ada.pcm().slice(0, secondEndMs + 10));
    const flushed = recogniser.flush();
    expect(outline(flushed).at(-1)).toBe(`sentence-ended: ${second?.text}`);
    expect(recogniser.flush()).toEqual([]);
    const events = [...recogniser.push(ben.pcm()), ...recogniser.flush()];
    expect(texts(heard(events))).toEqual(texts(ben.words));
  });
});

describe('format', () => {
  it.each([
    [{ sampleRate: 16_000, channels: 2, format: 's16' }, 'channels must be 1, got 2'],
    [{ sampleRate: 7_999, channels: 1, format: 's16' }, 'got 7999'],
    [{ sampleRate: 96_000, channels: 1, format: 's16' }, 'got 96000'],
  ] as const)('%o is refused', (format, message) => {
    expect(() => new HonestRecogniser({ format })).toThrow(RangeError);
    expect(() => new HonestRecogniser({ format })).toThrow(message);
  });

  it('must be that of the audio', () => {
    const recogniser = new HonestRecogniser({ format: s16(16_000) });
    expect(() => recogniser.push(ada.pcm(48_000))).toThrow('expected s16 at 16000 Hz');
    expect(() => recogniser.push(ada.pcm().toFloat32())).toThrow(TypeError);
  });
});

it('takes little time', () => {
  const recogniser = new HonestRecogniser({ format: ada.pcm() });
  const minute = PcmData.concat(Array.from({ length: 5 }, () => [ada.pcm(), ben.pcm()]).flat());
  const before = process.cpuUsage();
  const words = [...minute.chunks(320)].flatMap((chunk) => heard(recogniser.push(chunk)));
  const { user, system } = process.cpuUsage(before);
  expect(words).toHaveLength(5 * (ada.words.length + ben.words.length));
  // Measured: 1 %. The limit allows for a busy machine.
  expect((user + system) / 1_000 / minute.durationMs).toBeLessThan(0.05);
});

type Heard = Extract<RecognisedEvent, { type: 'word' }>;

function recognise(
  pcm: PcmData,
  options: { chunkMs?: number; recordings?: readonly SpeechRecording[] } = {},
): RecognisedEvent[] {
  const recogniser = new HonestRecogniser({ format: pcm, recordings: options.recordings });
  const frames = Math.round(((options.chunkMs ?? 20) * pcm.sampleRate) / 1000);
  const events = [...pcm.chunks(frames)].flatMap((chunk) => recogniser.push(chunk));
  return [...events, ...recogniser.flush()];
}

function outline(events: readonly RecognisedEvent[]): string[] {
  return events.map((event) => {
    if (event.type === 'word') return event.word.text;
    return event.type === 'sentence-ended' ? `sentence-ended: ${event.text}` : event.type;
  });
}

function heard(events: readonly RecognisedEvent[]): Heard[] {
  return events.filter((event) => event.type === 'word');
}

function texts(words: readonly (Heard | SpokenWord)[]): string[] {
  return words.map((word) => ('word' in word ? word.word.text : word.text));
}

function wordsIn(recording: SpeechRecording, sentence: SpokenWord | undefined): string[] {
  if (sentence === undefined) return [];
  return texts(
    recording.words.filter(
      ({ startMs, endMs }) => sentence.startMs <= startMs && endMs <= sentence.endMs,
    ),
  );
}

function s16(sampleRate: number): { sampleRate: number; channels: number; format: 's16' } {
  return { sampleRate, channels: 1, format: 's16' };
}

/** The same samples, said to be of another rate. */
function declare(pcm: PcmData, sampleRate: number): PcmData {
  return new PcmData({ samples: pcm.samples, sampleRate });
}

/** The same samples, said to be of one channel. */
function asMono(pcm: PcmData): PcmData {
  return new PcmData({ samples: pcm.samples, sampleRate: pcm.sampleRate });
}

function interleave(left: PcmData, right: PcmData): PcmData {
  const samples = Int16Array.from(
    { length: left.frames * 2 },
    (_, index) => (index % 2 === 0 ? left : right).samples[index >> 1] ?? 0,
  );
  return new PcmData({ samples, sampleRate: left.sampleRate });
}

function byteSwapped(pcm: PcmData): PcmData {
  return PcmData.fromBytes(
    Uint8Array.from(Buffer.from(pcm.toBytes()).swap16()),
    s16(pcm.sampleRate),
  );
}

function scale(pcm: PcmData, gain: number): PcmData {
  return new PcmData({
    samples: pcm.samples.map((sample) => sample * gain),
    sampleRate: pcm.sampleRate,
  });
}

function mix(pcm: PcmData, other: PcmData): PcmData {
  const samples = pcm.samples.map((sample, index) => sample + (other.samples[index] ?? 0));
  return new PcmData({ samples, sampleRate: pcm.sampleRate });
}

/** The mean of each two neighbours. */
function halfASampleLate(pcm: PcmData): PcmData {
  const samples = pcm.samples.map((sample, index) => (sample + (pcm.samples[index - 1] ?? 0)) / 2);
  return new PcmData({ samples, sampleRate: pcm.sampleRate });
}

/** White noise at 16 kHz, the same each time. */
function noise(durationMs: number, amplitude: number): PcmData {
  let state = 1;
  const samples = Int16Array.from({ length: Math.round(durationMs * 16) }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return amplitude * (state / 2 ** 31 - 1);
  });
  return new PcmData({ samples, sampleRate: 16_000 });
}
