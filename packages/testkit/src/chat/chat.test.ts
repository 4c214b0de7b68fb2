import { afterEach, beforeEach, expect, it } from 'vitest';
import { ReferenceLLM } from '../../test/reference/reference-llm.ts';
import { FakeChatServer } from '../fake/index.ts';
import { chat } from './chat.ts';

const provider = new FakeChatServer({ apiKey: 'chat-test-key' });

beforeEach(() => provider.start());
afterEach(() => provider.stop());

it('prints the calls, the text and what was used, and closes the model', async () => {
  const llm = new ReferenceLLM({ baseUrl: `${provider.url}/v1`, apiKey: 'chat-test-key' });
  llm.registerFunction({ name: 'look', description: 'Looks', execute: () => 'a cat' });
  provider.reply({ toolCalls: [{ name: 'look' }] });
  provider.reply({ text: 'A cat.' });
  const lines: string[] = [];
  await chat(llm, 'What is it?', {
    print: (line) => lines.push(line.replace(/^ +[\d.]+ s {2}/, '')),
  });
  expect(lines.slice(0, 5)).toEqual([
    'question What is it?',
    'called   look: a cat',
    'delta    "A"',
    'delta    " cat."',
    'answer   A cat.',
  ]);
  expect(lines.at(-1)).toMatch(/^\d+ tokens read, \d+ written\.$/);
  expect(llm.closed).toBe(true);
});
