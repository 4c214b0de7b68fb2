import { LLMErrorEvent } from '@vision-agents/core';
import { VideoForwarder, type VideoTrack } from '@vision-agents/core/video';
import { VLM } from './acme-vlm.ts';

/** Prints what the model says to questions about a camera, which a recorder reads too. */
export async function askAbout(
  camera: VideoTrack,
  questions: AsyncIterable<string>,
  { vlm = new VLM(), record }: { vlm?: VLM; record: (timestampMs: number) => void },
): Promise<void> {
  vlm.events.on(LLMErrorEvent, ({ error }) => console.error(error.kind, error.message));
  // The camera is read once, at 30 frames a second; the model takes one of them a second.
  const forwarder = new VideoForwarder(camera, { fps: 30 });
  forwarder.addFrameHandler(({ timestampMs }) => record(timestampMs));
  await vlm.watchVideoTrack(camera, forwarder);

  for await (const question of questions) {
    for await (const item of vlm.simpleResponse(question)) {
      if (item.type === 'final') console.log(item.text);
    }
  }

  await vlm.close(); // it lets go of the camera; the forwarder goes on for the recorder
  await forwarder.stop();
}
