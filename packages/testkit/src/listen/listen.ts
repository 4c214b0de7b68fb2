import { ComponentErrorEvent, type STT, type STTOutput } from '@vision-agents/core';
import type { PcmData } from '@vision-agents/core/audio';
import type { SpeechRecording } from '../speech/index.ts';
import { latencyOf, type Latency, type TimedOutput } from './latency.ts';
import { inRealTime } from './realtime.ts';

export interface ListenOptions {
  /** Takes each line; standard output unless given. */
  print?: ((line: string) => void) | undefined;
}

/**
 * Speaks audio to a speech-to-text plugin in real time, and prints what comes out and when. For a recording of the
 * testkit, whose words have known times, it ends with a summary of the latency.
 *
 * Starts the plugin, and closes it.
 */
export async function listen(
  stt: STT,
  speech: SpeechRecording | PcmData,
  options: ListenOptions = {},
): Promise<void> {
  const { print = console.log } = options;
  const recording = 'words' in speech ? speech : undefined;
  const pcm = 'words' in speech ? speech.pcm(48_000) : speech;
  const outputs: TimedOutput[] = [];
  stt.events.on(ComponentErrorEvent, ({ error, context }) =>
    print(`           error    ${error.message} (${context})`),
  );
  await using _closed = stt;
  await stt.start();

  const startedMs = performance.now();
  const reading = (async () => {
    for await (const item of stt.output) {
      const atMs = performance.now() - startedMs;
      outputs.push({ item, atMs });
      print(`${(atMs / 1_000).toFixed(2).padStart(8)} s  ${describe(item)}`);
    }
  })();
  for await (const chunk of inRealTime(pcm)) stt.send(chunk);
  await stt.close();
  await reading;

  if (!recording) return;
  print('');
  print('Latency, from the end of the last word until its text came out');
  print(`  partial  ${describeLatency(latencyOf(outputs, recording, 'partial'))}`);
  print(
    `  final    ${describeLatency(latencyOf(outputs, recording, 'final'))}, with the pause that ends a sentence`,
  );
}

function describe(item: STTOutput): string {
  switch (item.type) {
    case 'transcript':
      return `${item.mode.padEnd(8)} ${item.text}`;
    case 'turn-started':
      return 'turn     started';
    case 'turn-resumed':
      return 'turn     resumed';
    case 'turn-ended':
      return `turn     ended${item.eager ? ', perhaps' : ''}`;
  }
}

function describeLatency(latency: Latency | undefined): string {
  if (!latency) return 'none came out';
  const { count, medianMs, maxMs } = latency;
  return `median ${medianMs.toFixed(0)} ms, longest ${maxMs.toFixed(0)} ms, of ${count}`;
}
