import type { STTOutput } from '@vision-agents/core';
import type { SpeechRecording } from '../speech/index.ts';

/** How long after it was said something came out, in milliseconds. */
export interface Latency {
  count: number;
  medianMs: number;
  maxMs: number;
}

export interface TimedOutput {
  item: STTOutput;
  /** Since the first chunk was spoken. */
  atMs: number;
}

/** From the end of the last word of each transcript, as the recording has it, until the transcript came out. */
export function latencyOf(
  outputs: readonly TimedOutput[],
  recording: SpeechRecording,
  mode: 'partial' | 'final',
): Latency | undefined {
  const latencies = outputs
    .flatMap(({ item, atMs }) => {
      if (item.type !== 'transcript' || item.mode !== mode) return [];
      const endMs = endOf(item.text, recording);
      return endMs === undefined ? [] : [atMs - endMs];
    })
    .toSorted((a, b) => a - b);
  const maxMs = latencies.at(-1);
  const medianMs = latencies[Math.floor(latencies.length / 2)];
  return medianMs === undefined || maxMs === undefined
    ? undefined
    : { count: latencies.length, medianMs, maxMs };
}

/** When the text ends in the recording: a sentence, or a sentence's beginning. */
function endOf(text: string, recording: SpeechRecording): number | undefined {
  for (const sentence of recording.sentences) {
    const words = recording.words.filter(
      ({ startMs, endMs }) => startMs >= sentence.startMs && endMs <= sentence.endMs,
    );
    for (let count = 1; count <= words.length; count += 1) {
      const beginning = words.slice(0, count);
      if (beginning.map((word) => word.text).join(' ') === text) return beginning.at(-1)?.endMs;
    }
  }
  return undefined;
}
