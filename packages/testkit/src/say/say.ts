import {
  ComponentErrorEvent,
  PcmData,
  TTSSynthesisCompleteEvent,
  type TTS,
} from '@vision-agents/core';

/** So many chunks are printed, and the last. */
const SHOWN = 5;

export interface SayOptions {
  /** Takes each line; standard output unless given. */
  print?: ((line: string) => void) | undefined;
}

/**
 * Has a text spoken by a text-to-speech plugin, prints when the first chunks and the last come out, and ends with a
 * summary. Gives the audio.
 *
 * Starts the plugin, and closes it.
 *
 * @throws ProviderError when the speech breaks off
 */
export async function say(tts: TTS, text: string, options: SayOptions = {}): Promise<PcmData> {
  const { print = console.log } = options;
  tts.events.on(ComponentErrorEvent, ({ error, context }) =>
    print(`           error    ${error.message} (${context})`),
  );
  const summary: string[] = [];
  tts.events.on(TTSSynthesisCompleteEvent, (complete) => {
    const { characters, audioDurationMs, timeToFirstAudioMs, realTimeFactor } = complete;
    summary.push(
      `${characters} characters, ${(audioDurationMs / 1_000).toFixed(2)} s of audio`,
      `  first audio after ${timeToFirstAudioMs.toFixed(0)} ms`,
      `  made in ${realTimeFactor.toFixed(2)} of the time that it takes to hear`,
    );
  });
  await using _closed = tts;
  await tts.start();

  const startedMs = performance.now();
  const parts = [PcmData.silence(0, tts.outputFormat)];
  let unshown = 0;
  for await (const { index, final, pcm } of tts.send(text)) {
    if (pcm) parts.push(pcm);
    if (index >= SHOWN && !final) {
      unshown += 1;
      continue;
    }
    if (unshown > 0) print(`            … ${unshown} more`);
    unshown = 0;
    const atMs = performance.now() - startedMs;
    const what = pcm ? `${pcm.durationMs.toFixed(0).padStart(5)} ms of audio` : '   no audio';
    print(
      `${(atMs / 1_000).toFixed(2).padStart(8)} s  chunk ${String(index).padEnd(3)}${what}${final ? ', the last' : ''}`,
    );
  }
  if (unshown > 0) print(`            … ${unshown} more`);
  print('');
  for (const line of summary) print(line);
  return PcmData.concat(parts);
}
