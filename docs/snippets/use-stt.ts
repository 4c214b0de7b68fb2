import { STTErrorEvent, type PcmData } from '@vision-agents/core';
import { STT } from './acme-stt.ts';

/** Prints what is said, as it is said. */
export async function transcribe(audio: AsyncIterable<PcmData>, stt = new STT()): Promise<void> {
  stt.events.on(STTErrorEvent, ({ error }) => console.error(error.kind, error.message));
  await stt.start();
  const printing = (async () => {
    for await (const item of stt.output) {
      if (item.type === 'transcript' && item.mode === 'final') console.log(item.text);
    }
  })();

  // Any rate, mono or stereo. send() returns at once, whatever the connection does.
  for await (const chunk of audio) stt.send(chunk);

  await stt.close(); // waits for the last words, a second at most
  await printing;
}
