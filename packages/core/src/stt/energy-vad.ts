import type { PcmData } from '../audio/index.ts';

/** Below this a frame is silence, whatever the room is like. In dBFS. */
const QUIETEST_SPEECH_DB = -50;
/** Speech is so much louder than the room. */
const ABOVE_NOISE_DB = 9;
/** How fast the estimate of the room's noise rises while it is louder, in dB a second. It falls at once. */
const NOISE_RISE_DB_PER_S = 5;
/** What the room is taken for before it was heard, and the quietest that it is taken for. */
const FIRST_NOISE_DB = -40;
const LEAST_NOISE_DB = -60;

/**
 * Tells speech from the room's noise by loudness alone.
 *
 * It follows the noise floor: down at once, up slowly, so that a fan is not taken for a voice for long.
 */
export class EnergyVad {
  #noiseDb = FIRST_NOISE_DB;

  isSpeech(frame: PcmData): boolean {
    const levelDb = levelOf(frame);
    const rising = this.#noiseDb + (NOISE_RISE_DB_PER_S * frame.durationMs) / 1_000;
    this.#noiseDb = Math.max(LEAST_NOISE_DB, Math.min(levelDb, rising));
    return levelDb > QUIETEST_SPEECH_DB && levelDb > this.#noiseDb + ABOVE_NOISE_DB;
  }
}

/** Root mean square of all samples, in dB below full scale. */
function levelOf(frame: PcmData): number {
  const { samples } = frame;
  const fullScale = frame.format === 's16' ? 32_768 : 1;
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  const rms = Math.sqrt(sum / Math.max(1, samples.length)) / fullScale;
  return rms > 0 ? 20 * Math.log10(rms) : LEAST_NOISE_DB;
}
