import { RealtimeErrorEvent } from '@vision-agents/core';
import type { Participant, PcmData } from '@vision-agents/core';
import { Realtime } from './acme-realtime.ts';

/** Where the agent's voice goes: it knows how much of each turn was really heard. */
export interface Speaker {
  play(pcm: PcmData, turnId: string): void;
  clear(): void;
  playedMs(turnId: string): number;
}

/** Lets a model take part in a call, until all who speak have left. */
export async function takePart(
  voices: AsyncIterable<{ pcm: PcmData; participant: Participant }>,
  { realtime = new Realtime(), speaker }: { realtime?: Realtime; speaker: Speaker },
): Promise<void> {
  realtime.setInstructions('You take bookings for a restaurant.');
  realtime.registerFunction({
    name: 'find_table',
    description: 'Finds a free table',
    execute: () => 'the one at the window',
  });
  realtime.setPlayback((turnId) => speaker.playedMs(turnId));
  realtime.events.on(RealtimeErrorEvent, ({ error }) => console.error(error.kind, error.message));
  await realtime.start();

  const listening = (async () => {
    for await (const item of realtime.output) {
      // Audio of a lower epoch was interrupted in this very moment.
      if (item.type === 'audio-output' && item.epoch === realtime.epoch)
        speaker.play(item.pcm, item.turnId);
      if (item.type === 'audio-output-done' && item.interrupted) speaker.clear();
      if (item.type === 'user-transcript' && item.mode === 'final')
        console.log(`${item.participant?.name ?? 'somebody'}: ${item.text}`);
    }
  })();
  for await (const { pcm, participant } of voices) realtime.simpleAudioResponse(pcm, participant);
  await realtime.close();
  await listening;
}
