import { expect, it } from 'vitest';
import { LLM } from '../src/index.ts';

const variable = 'OPENROUTER_API_KEY';

// Runs against the real service, and only when its key is set.
it.runIf(process.env[variable])('answers', { timeout: 60_000 }, async () => {
  const llm = new LLM();
  llm.setInstructions('Answer with one word.');
  let text = '';
  for await (const item of llm.simpleResponse('What is the capital of France?'))
    if (item.type === 'delta') text += item.delta;
  await llm.close();

  expect(text).toContain('Paris');
});
