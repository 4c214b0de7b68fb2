import { PcmData, type AudioFormat } from '@vision-agents/core/audio';

/** Half a byte is a tone of this length, so that a character of ASCII takes twice as long. */
const TONE_MS = 10;
/** Multiples of 100 Hz fit whole into a tone, and tell themselves apart in it; all are below 4 kHz. */
const LOWEST_HZ = 400;
const STEP_HZ = 200;
const TONES = 16;
const LEVEL = 0.4;
/** What is quieter is no tone. */
const LEAST_LEVEL = 0.05;
/** So much of the energy is in one tone, or it is none: noise, a wrong rate, bytes that are off by one. */
const LEAST_PURITY = 0.9;
/** At both ends of a tone a resampler mixes it with its neighbours. */
const EDGE_MS = 1.5;

/** How long the tones of a text are. */
export function toneSpeechMs(text: string): number {
  return new TextEncoder().encode(text).length * 2 * TONE_MS;
}

/** A text as a row of tones, which `readToneSpeech` reads again: also cut up, put together, resampled or mixed. */
export function toneSpeech(text: string, format: AudioFormat): PcmData {
  const { sampleRate, channels } = format;
  const tones = [...new TextEncoder().encode(text)].flatMap((byte) => [byte >> 4, byte & 15]);
  const frames = Math.round((tones.length * TONE_MS * sampleRate) / 1_000);
  const samples = Float32Array.from({ length: frames }, (_, frame) => {
    const tone = tones[Math.floor((frame * 1_000) / (sampleRate * TONE_MS))] ?? 0;
    return LEVEL * Math.sin(angle(tone, frame, sampleRate));
  });
  const mono = new PcmData({ samples, sampleRate });
  const pcm = mono.resample(sampleRate, channels);
  return format.format === 's16' ? pcm.toInt16() : pcm;
}

/** The text of a row of tones; with U+FFFD for what can't be read. Silence between tones is left out. */
export function readToneSpeech(pcm: PcmData): string {
  const mono = pcm.resample(pcm.sampleRate, 1).toFloat32();
  const halves: (number | undefined)[] = [];
  for (let startMs = 0; startMs + TONE_MS / 2 < mono.durationMs; startMs += TONE_MS) {
    const from = Math.round(((startMs + EDGE_MS) * mono.sampleRate) / 1_000);
    const to = Math.round(((startMs + TONE_MS - EDGE_MS) * mono.sampleRate) / 1_000);
    const heard = toneOf(mono, from, Math.min(to, mono.frames));
    if (heard !== 'silence') halves.push(heard);
  }
  const bytes: number[] = [];
  for (let i = 0; i < halves.length; i += 2) {
    const [high, low] = [halves[i], halves[i + 1]];
    bytes.push(high === undefined || low === undefined ? 0xff : (high << 4) | low);
  }
  return new TextDecoder().decode(Uint8Array.from(bytes));
}

function angle(tone: number, frame: number, sampleRate: number): number {
  return (2 * Math.PI * (LOWEST_HZ + tone * STEP_HZ) * frame) / sampleRate;
}

/** The tone between the two frames; undefined for a sound that is none. */
function toneOf(pcm: PcmData, from: number, to: number): number | 'silence' | undefined {
  const frames = Math.max(1, to - from);
  let energy = 0;
  for (let frame = from; frame < to; frame += 1) energy += (pcm.samples[frame] ?? 0) ** 2;
  if (Math.sqrt(energy / frames) < LEAST_LEVEL) return 'silence';
  let best = { tone: -1, energy: 0 };
  for (let tone = 0; tone < TONES; tone += 1) {
    const found = energyOf(pcm, tone, from, to);
    if (found > best.energy) best = { tone, energy: found };
  }
  return best.energy / energy >= LEAST_PURITY ? best.tone : undefined;
}

/** How much of the energy is explained by one tone. */
function energyOf(pcm: PcmData, tone: number, from: number, to: number): number {
  let sine = 0;
  let cosine = 0;
  for (let frame = from; frame < to; frame += 1) {
    const sample = pcm.samples[frame] ?? 0;
    sine += sample * Math.sin(angle(tone, frame, pcm.sampleRate));
    cosine += sample * Math.cos(angle(tone, frame, pcm.sampleRate));
  }
  return (2 * (sine ** 2 + cosine ** 2)) / Math.max(1, to - from);
}
