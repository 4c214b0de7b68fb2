import {
  ComponentErrorEvent,
  PcmData,
  type Realtime,
  type RealtimeOutput,
} from '@vision-agents/core';
import { inRealTime } from '../listen/realtime.ts';
import type { SpeechRecording } from '../speech/index.ts';

export interface TalkOptions {
  /** Takes each line; standard output unless given. */
  print?: ((line: string) => void) | undefined;
  /** How long an answer is waited for after the last word, in milliseconds. 20,000 unless given. */
  patienceMs?: number | undefined;
}

const PATIENCE_MS = 20_000;

/**
 * Speaks audio to a speech-to-speech model in real time, prints what both say and when, and ends with how long the
 * answers took. Gives the audio of the last answer; empty when there was none.
 *
 * Starts the plugin, and closes it.
 *
 * @throws ProviderError when there is no session
 */
export async function talk(
  realtime: Realtime,
  speech: SpeechRecording | PcmData,
  options: TalkOptions = {},
): Promise<PcmData> {
  const { print = console.log, patienceMs = PATIENCE_MS } = options;
  const pcm = 'words' in speech ? speech.pcm(48_000) : speech;
  realtime.events.on(ComponentErrorEvent, ({ error, context }) =>
    print(`           error    ${error.message} (${context})`),
  );
  await using _closed = realtime;
  await realtime.start();

  const startedMs = performance.now();
  const talked = new Talked();
  const reading = (async () => {
    for await (const item of realtime.output) {
      if (item.type === 'audio-output' && item.epoch < realtime.epoch) continue;
      const atMs = performance.now() - startedMs;
      const line = talked.take(item, atMs);
      if (line !== undefined) print(`${(atMs / 1_000).toFixed(2).padStart(8)} s  ${line}`);
    }
  })();
  for await (const chunk of inRealTime(pcm)) realtime.simpleAudioResponse(chunk);
  await talked.answered({ patienceMs, silence: PcmData.silence(20, pcm), realtime });
  await realtime.close();
  await reading;

  print('');
  print(talked.summary);
  return PcmData.concat([PcmData.silence(0, realtime.outputFormat), ...talked.lastAnswer]);
}

/** What was said in a talk, and what is still to be answered. */
class Talked {
  #answer: PcmData[] = [];
  #turnId = '';
  #endedMs: number | undefined;
  #waiting = false;
  readonly #latencies: number[] = [];

  get lastAnswer(): readonly PcmData[] {
    return this.#answer;
  }

  get summary(): string {
    const sorted = this.#latencies.toSorted((a, b) => a - b);
    const median = sorted[Math.floor(sorted.length / 2)];
    const longest = sorted.at(-1);
    if (median === undefined || longest === undefined) return 'There was no answer.';
    return `First audio after the end of speech: median ${median.toFixed(0)} ms, longest ${longest.toFixed(0)} ms, of ${sorted.length}`;
  }

  /** What is to be printed of it. */
  take(item: RealtimeOutput, atMs: number): string | undefined {
    switch (item.type) {
      case 'audio-output':
        return this.#hear(item.turnId, item.pcm, atMs);
      case 'audio-output-done':
        this.#waiting = false;
        return item.interrupted ? 'agent    is interrupted' : undefined;
      case 'user-transcript':
        return item.mode === 'final' ? `user     ${item.text}` : undefined;
      case 'agent-transcript':
        return item.mode === 'final' ? `agent    ${item.text}` : undefined;
      case 'user-speech-started':
        return 'user     begins to speak';
      case 'user-speech-ended':
        this.#endedMs = atMs;
        this.#waiting = true;
        return 'user     has ended';
      case 'agent-speech-started':
      case 'agent-speech-ended':
        return undefined;
    }
  }

  /** Resolves when nothing is left to be answered. A microphone goes on meanwhile, with nothing to hear. */
  async answered(init: {
    patienceMs: number;
    silence: PcmData;
    realtime: Realtime;
  }): Promise<void> {
    const untilMs = performance.now() + init.patienceMs;
    const quiet = PcmData.concat(Array.from({ length: 50 }, () => init.silence));
    do {
      for await (const chunk of inRealTime(quiet)) init.realtime.simpleAudioResponse(chunk);
    } while (this.#waiting && performance.now() < untilMs);
  }

  #hear(turnId: string, pcm: PcmData, atMs: number): string | undefined {
    const first = turnId !== this.#turnId;
    this.#turnId = turnId;
    if (first) this.#answer = [];
    this.#answer.push(pcm);
    if (!first) return undefined;
    if (this.#endedMs !== undefined) this.#latencies.push(atMs - this.#endedMs);
    this.#endedMs = undefined;
    return 'agent    begins to speak';
  }
}
