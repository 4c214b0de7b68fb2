import { NumberedTrack } from '@vision-agents/testkit';
import { expect, it, vi } from 'vitest';
import { VLM } from '../src/index.ts';

const variable = 'NVIDIA_API_KEY';

// Runs against the real service, and only when its key is set.
it.runIf(process.env[variable])('sees', { timeout: 60_000 }, async () => {
  const vlm = new VLM();
  vlm.setInstructions('Answer with yes or no.');
  await vlm.watchVideoTrack(new NumberedTrack());
  await vi.waitUntil(() => vlm.frames.length > 0);
  let text = '';
  for await (const item of vlm.simpleResponse('Is there a pattern of bright and dark blocks?'))
    if (item.type === 'delta') text += item.delta;
  await vlm.close();

  expect(text).toMatch(/yes/i);
});
