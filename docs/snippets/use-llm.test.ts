import { FakeChatServer } from '@vision-agents/testkit';
import { expect, it } from 'vitest';
import { LLM } from './acme-llm.ts';
import { makeWaiter } from './use-llm.ts';

it('finds a table, and tells when it can not', async () => {
  const apiKey = 'acme-test-key';
  const provider = new FakeChatServer({ apiKey, path: '/chat/completions' });
  await provider.start();
  const asked: object[] = [];
  const printed: unknown[] = [];
  const look = async (query: object): Promise<object> => {
    asked.push(query);
    return { table: 7 };
  };
  const print = (...words: unknown[]): void => void printed.push(words.slice(0, 2));
  await using llm = makeWaiter(new LLM({ baseUrl: provider.url, apiKey }), look, print);
  provider.reply({
    toolCalls: [
      { name: 'find_table', arguments: { guests: 2, when: 'tonight' } },
      { name: 'find_table', arguments: { guests: 20, when: 'some day' } },
    ],
  });
  provider.reply({
    text: ({ messages }) =>
      messages.flatMap(({ role, text }) => (role === 'tool' ? text : [])).join('; '),
  });
  let answer = '';
  for await (const item of llm.simpleResponse('A table for two?')) {
    if (item.type === 'final') answer = item.text;
  }
  expect(asked).toEqual([{ guests: 2, when: 'tonight' }]);
  expect(answer).toContain('{"table":7}');
  expect(answer).toMatch(/guests: .*when: /);
  expect(printed).toEqual(
    expect.arrayContaining([
      ['find_table', 'found'],
      ['find_table', 'failed'],
    ]),
  );
  provider.assertDone();
  await provider.stop();
});
