import { checkDurationMs } from '../audio/check-number.ts';

/** How audio is given to a provider that wants it as from a microphone: a chunk at a time, in real time. */
export interface InputPacing {
  /** How long a chunk is. 20 ms unless given. */
  chunkMs?: number | undefined;
  /** So much is waited for before the first chunk, and again whenever the audio has run dry. 300 ms unless given. */
  startupBufferMs?: number | undefined;
  /** Of what comes faster than real time, so much is kept; beyond it the oldest is dropped and counted. 1500 ms unless given. */
  maxBufferMs?: number | undefined;
  /** Sends silence while there is no audio, for a provider whose voice activity detection needs to hear it. */
  silenceWhenEmpty?: boolean | undefined;
}

/**
 * A microphone that is never off: silence is sent while nobody speaks. For a source that sends in bursts, or only while
 * there is something to hear.
 */
export const virtualMicrophone: Readonly<InputPacing> = Object.freeze({
  startupBufferMs: 500,
  silenceWhenEmpty: true,
});

export type CompletePacing = { readonly [K in keyof InputPacing]-?: NonNullable<InputPacing[K]> };

/** @throws RangeError for times that can't be, or that don't fit together */
export function completePacing(pacing: InputPacing): CompletePacing {
  const {
    chunkMs = 20,
    startupBufferMs = 300,
    maxBufferMs = 1_500,
    silenceWhenEmpty = false,
  } = pacing;
  checkDurationMs('inputPacing.chunkMs', chunkMs);
  checkDurationMs('inputPacing.startupBufferMs', startupBufferMs);
  checkDurationMs('inputPacing.maxBufferMs', maxBufferMs);
  if (chunkMs === 0) throw new RangeError('inputPacing.chunkMs must be above 0, got 0');
  if (startupBufferMs < chunkMs) {
    throw new RangeError(
      `inputPacing.startupBufferMs must be at least a chunk (${String(chunkMs)} ms), got ${String(startupBufferMs)}`,
    );
  }
  if (maxBufferMs < startupBufferMs) {
    throw new RangeError(
      `inputPacing.maxBufferMs must be at least startupBufferMs (${String(startupBufferMs)} ms), got ${String(maxBufferMs)}`,
    );
  }
  return Object.freeze({ chunkMs, startupBufferMs, maxBufferMs, silenceWhenEmpty });
}
