import { TurnDetectorErrorEvent, type PcmData } from '@vision-agents/core';
import { TurnDetection } from './acme-turn-detection.ts';

/** Prints who begins and who ends. */
export async function watch(
  audio: AsyncIterable<PcmData>,
  turns = new TurnDetection(),
  print: (...words: unknown[]) => void = console.log,
): Promise<void> {
  turns.events.on(TurnDetectorErrorEvent, ({ error }) => print(error.kind, error.message));
  await turns.start();
  const printing = (async () => {
    for await (const turn of turns.output) print(turn.type, turn.participant?.id, turn.durationMs);
  })();

  // Any rate, mono or stereo. send() returns at once, however long a frame takes.
  for await (const chunk of audio) turns.send(chunk);

  await turns.close(); // waits for the last frames, a second at most
  await printing;
}
