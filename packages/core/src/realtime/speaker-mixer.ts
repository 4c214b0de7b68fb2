import { AudioBuffer } from '../audio/audio-buffer.ts';
import { framesToMs, msToFrames } from '../audio/audio-format.ts';
import { PcmData, type AudioFormat } from '../audio/index.ts';
import type { Clock } from '../clock.ts';
import type { Participant } from '../events/participant.ts';

/** A speaker from whom nothing came for so long is not waited for. */
const ABSENT_MS = 200;
/** The longest that one speaker's audio waits for another's. */
const MAX_WAIT_MS = 100;
/** How fast a voice is forgotten, as a part for each second of audio. */
const LOUDNESS_KEPT_PER_S = 0.1;

interface Voice {
  readonly participant: Participant | undefined;
  readonly buffer: AudioBuffer;
  lastMs: number;
  /** The energy of a sample, of late. */
  loudness: number;
}

/**
 * One stream of the audio of several speakers. One who speaks alone is passed on as it comes; those who speak at once
 * are added up, piece by piece, since a provider that was given their chunks in turn would hear neither.
 */
export class SpeakerMixer {
  readonly #format: AudioFormat;
  readonly #clock: Clock;
  readonly #deliver: (pcm: PcmData) => void;
  readonly #voices = new Map<string, Voice>();

  constructor(init: { format: AudioFormat; clock: Clock; deliver: (pcm: PcmData) => void }) {
    this.#format = init.format;
    this.#clock = init.clock;
    this.#deliver = init.deliver;
  }

  /** Whose voice is the loudest of late. */
  get loudest(): Participant | undefined {
    let loudest: Voice | undefined;
    for (const voice of this.#voices.values())
      if (!loudest || voice.loudness >= loudest.loudness) loudest = voice;
    return loudest?.participant;
  }

  /** Takes audio of the declared format. */
  put(key: string, pcm: PcmData, participant: Participant | undefined): void {
    const voice = this.#voices.get(key) ?? {
      participant,
      buffer: new AudioBuffer(),
      lastMs: 0,
      loudness: 0,
    };
    this.#voices.set(key, voice);
    voice.lastMs = this.#clock.now();
    voice.loudness = mixedLoudness(voice.loudness, pcm);
    voice.buffer.put(pcm);
    this.#mix();
  }

  leave(key: string): void {
    const voice = this.#voices.get(key);
    if (!voice) return;
    voice.lastMs = Number.NEGATIVE_INFINITY;
    this.#mix();
    this.#voices.delete(key);
  }

  /** Gives on what waits for another speaker. */
  flush(): void {
    this.#giveOut(Math.max(0, ...[...this.#voices.values()].map(framesOf)));
  }

  #mix(): void {
    const nowMs = this.#clock.now();
    const all = [...this.#voices.values()];
    const present = all.filter(({ lastMs }) => nowMs - lastMs < ABSENT_MS);
    const complete = Math.min(...present.map(framesOf));
    const { sampleRate } = this.#format;
    const longest = Math.max(...all.map(framesOf));
    const overdue = longest - Math.floor((MAX_WAIT_MS * sampleRate) / 1_000);
    const frames = present.length === 0 ? longest : Math.max(complete, overdue);
    if (frames > 0) this.#giveOut(frames);
  }

  #giveOut(frames: number): void {
    if (frames === 0) return;
    const parts: PcmData[] = [];
    for (const { buffer } of this.#voices.values()) {
      const part = buffer.takeFrames(frames, { partial: true });
      if (part) parts.push(part);
    }
    const [only] = parts;
    if (parts.length === 1 && only) this.#deliver(only);
    else if (parts.length > 1) this.#deliver(this.#sum(parts, frames));
  }

  #sum(parts: readonly PcmData[], frames: number): PcmData {
    const { sampleRate, channels, format } = this.#format;
    const sum = new Float32Array(frames * channels);
    for (const { samples } of parts)
      for (const [index, sample] of samples.entries()) sum[index] = (sum[index] ?? 0) + sample;
    const limit = format === 's16' ? 32_767 : 1;
    const limited = sum.map((sample) => Math.max(-limit, Math.min(limit, sample)));
    const samples = format === 's16' ? Int16Array.from(limited) : limited;
    return new PcmData({ samples, sampleRate, channels });
  }
}

function framesOf({ buffer }: { buffer: AudioBuffer }): number {
  const { sampleRate } = buffer;
  return sampleRate === undefined ? 0 : msToFrames(buffer.durationMs, sampleRate);
}

function mixedLoudness(before: number, { samples, format, frames, sampleRate }: PcmData): number {
  const fullScale = format === 's16' ? 32_768 : 1;
  let energy = 0;
  for (const sample of samples) energy += (sample / fullScale) ** 2;
  const kept = LOUDNESS_KEPT_PER_S ** (framesToMs(frames, sampleRate) / 1_000);
  return before * kept + (energy / Math.max(1, samples.length)) * (1 - kept);
}
