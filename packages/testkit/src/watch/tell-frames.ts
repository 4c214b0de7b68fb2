import type { FakePrompt } from '../fake/index.ts';
import { readImage } from '../video/index.ts';

/** What a fake model says that can read: which numbered frames it is shown with the last question. */
export async function tellFrames({ messages }: FakePrompt): Promise<string> {
  const asked = messages.findLast(({ role }) => role === 'user');
  const pictures = await Promise.all((asked?.images ?? []).map((url) => readImage(url)));
  const numbers = pictures.map(({ number }) => String(number ?? 'without a number'));
  if (numbers.length === 0) return 'I see nothing.';
  return `I see ${numbers.length === 1 ? 'frame' : 'frames'} ${numbers.join(', ')}.`;
}
