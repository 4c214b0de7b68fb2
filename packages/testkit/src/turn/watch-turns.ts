import { ComponentErrorEvent, type Turn, type TurnDetector } from '@vision-agents/core';
import type { PcmData } from '@vision-agents/core/audio';
import { inRealTime } from '../listen/realtime.ts';
import { recordings, type SpeechRecording } from '../speech/index.ts';

export interface WatchTurnsOptions {
  /** Takes each line; standard output unless given. */
  print?: ((line: string) => void) | undefined;
  /** Silence after the speech, so that the last turn can end, in milliseconds; 1500 unless given. */
  pauseMs?: number | undefined;
}

/**
 * Speaks audio to a turn detector in real time, and prints when turns start and end. For a recording of the testkit,
 * whose sentences have known times, it prints those too.
 *
 * Starts the plugin, and closes it.
 */
export async function watchTurns(
  detector: TurnDetector<unknown>,
  speech: SpeechRecording | PcmData = recordings.ada,
  options: WatchTurnsOptions = {},
): Promise<void> {
  const { print = console.log, pauseMs = 1_500 } = options;
  const recording = 'sentences' in speech ? speech : undefined;
  const pcm = 'sentences' in speech ? speech.pcm(48_000) : speech;
  detector.events.on(ComponentErrorEvent, ({ error, context }) =>
    print(`           error    ${error.message} (${context})`),
  );
  await using _closed = detector;
  await detector.start();
  if (recording) {
    print('What is said:');
    for (const { text, startMs, endMs } of recording.sentences)
      print(`${time(startMs)} to ${seconds(endMs)}  "${text}"`);
    print('\nWhat it tells:');
  }

  const startedMs = performance.now();
  const reading = (async () => {
    for await (const turn of detector.output)
      print(`${time(performance.now() - startedMs)}  ${describe(turn)}`);
  })();
  const heard = pcm.head(pcm.durationMs + pauseMs, { pad: true });
  for await (const chunk of inRealTime(heard)) detector.send(chunk);
  await detector.close();
  await reading;
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(2)} s`;
}

function time(ms: number): string {
  return seconds(ms).padStart(10);
}

function describe({ type, eager, confidence, trailingSilenceMs, durationMs }: Turn): string {
  const details = [
    ...(eager ? ['perhaps'] : []),
    ...(confidence === undefined ? [] : [`confidence ${confidence.toFixed(2)}`]),
    ...(durationMs === undefined ? [] : [`${Math.round(durationMs)} ms long`]),
    ...(trailingSilenceMs === undefined ? [] : [`${Math.round(trailingSilenceMs)} ms of silence`]),
  ];
  return [type.replace('turn-', 'turn '), ...details].join(', ');
}
