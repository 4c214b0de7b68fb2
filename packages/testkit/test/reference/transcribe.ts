import type { Participant, PcmData, SegmentedSTT, Transcription } from '@vision-agents/core';

/** What a plugin with a request for each utterance does with one. */
export type TranscribeUtterance = (
  utterance: PcmData,
  options: { participant: Participant | undefined; signal: AbortSignal },
) => Promise<Transcription>;

/** What a broken plugin does instead. */
export type AlterTranscribe = (
  transcribe: TranscribeUtterance,
  stt: SegmentedSTT,
) => TranscribeUtterance;

export const unaltered: AlterTranscribe = (transcribe) => transcribe;
