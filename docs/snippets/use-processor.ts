import { VideoProcessorDetectionEvent, type LLM } from '@vision-agents/core';
import type { VideoTrack } from '@vision-agents/core/video';
import { Processor } from './acme-lights.ts';

/** Has a model that can't see answer questions about a camera, and prints what it says. */
export async function answerAbout(
  camera: VideoTrack,
  questions: AsyncIterable<string>,
  { llm, processor = new Processor() }: { llm: LLM; processor?: Processor },
): Promise<void> {
  processor.events.on(VideoProcessorDetectionEvent, ({ detectionCount, inferenceTimeMs }) => {
    console.log(`${detectionCount} lights, after ${Math.round(inferenceTimeMs)} ms`);
  });
  processor.attachAgent(llm); // an agent, or a model alone: it can call find_lights now
  await processor.start();
  await processor.watchVideoTrack(camera);

  for await (const question of questions) {
    for await (const item of llm.simpleResponse(question, { processors: [processor] })) {
      if (item.type === 'final') console.log(item.text);
    }
  }

  await processor.close(); // it lets go of the camera, and takes its function back
}
