import { strict as assert } from 'node:assert';
import type { Rule } from '../../contract/rule.ts';
import { within, type LLMBench } from '../llm-bench.ts';

const ada = { id: 'session-1', userId: 'user-1', name: 'Ada' };

export const answerRules: readonly Rule<LLMBench>[] = [
  {
    id: 'streams-deltas',
    title: 'yields pieces of text, and at the end one final with all of them',
    async run(bench) {
      const { llm } = await bench.start();
      bench.provider.reply({ text: 'Grüezi! 今日は晴れです。 \u{1F31E} Bye.' });
      const { items, text } = await bench.ask(llm, 'Hello?');
      assert.equal(
        text,
        'Grüezi! 今日は晴れです。 \u{1F31E} Bye.',
        'the text must arrive unchanged',
      );
      const last = items.at(-1);
      assert(last?.type === 'final', 'an answer must end with a final');
      assert.equal(last.text, text, 'the final must have all deltas');
      assert.equal(
        items.filter(({ type }) => type === 'final').length,
        1,
        'there must be one final',
      );
    },
  },
  {
    id: 'streams-as-it-comes',
    title: 'passes each piece of text on as soon as the provider has said it',
    async run(bench) {
      const { llm } = await bench.start();
      const reading = await bench.askAndHold(llm, { text: 'It is sunny.' });
      await bench.until('"It is" comes before the rest', () => reading.text === 'It is', 1_000);
      bench.provider.release();
      await within(5_000, 'the rest of the answer', reading.ended);
      assert.equal(reading.text, 'It is sunny.', 'the rest must follow');
    },
  },
  {
    id: 'counts-tokens',
    title: 'says in the final what was used, and how long it took',
    async run(bench) {
      const { llm } = await bench.start();
      bench.provider.reply({ text: 'Three small words.' });
      const { items } = await bench.ask(llm, 'Say three');
      const last = items.at(-1);
      assert(last?.type === 'final', 'an answer must end with a final');
      const { inputTokens, outputTokens, totalTokens, latencyMs, timeToFirstTokenMs = -1 } = last;
      assert.deepEqual(
        { inputTokens, outputTokens, totalTokens },
        { inputTokens: 2, outputTokens: 3, totalTokens: 5 },
        'the tokens must be those that the provider counted',
      );
      assert(
        timeToFirstTokenMs >= 0 && timeToFirstTokenMs <= latencyMs,
        'the first piece must come before the end',
      );
    },
  },
  {
    id: 'empty-answers',
    title: 'ends an answer without text with an empty final, and goes on working',
    async run(bench) {
      const { llm } = await bench.start();
      bench.provider.reply({ text: '' });
      const { items } = await bench.ask(llm, 'Say nothing');
      assert.deepEqual(
        items.map((item) => (item.type === 'final' ? item.text : item)),
        [''],
        'an empty answer is a final without text, and nothing else',
      );
      const { text } = await bench.ask(llm, 'And now?');
      assert.equal(text, 'You said: And now?', 'the next question must be answered');
      assert.deepEqual(bench.provider.violations, [], 'the provider must not complain');
    },
  },
  {
    id: 'tells-instructions',
    title: 'gives the model its instructions with every question',
    async run(bench) {
      const { llm } = await bench.start();
      llm.setInstructions('You are a waiter.');
      for (const question of ['One?', 'Two?']) {
        await bench.ask(llm, question);
        assert.match(bench.prompt.instructions, /You are a waiter\./, 'the model must be told');
      }
      llm.setInstructions('You are a cook.');
      await bench.ask(llm, 'Three?');
      assert.match(bench.prompt.instructions, /You are a cook\./, 'new instructions must count');
      assert.doesNotMatch(bench.prompt.instructions, /waiter/, 'old instructions must be gone');
    },
  },
  {
    id: 'remembers',
    title: 'gives the model what was said before, in order',
    async run(bench) {
      const { llm } = await bench.start();
      bench.provider.reply({ text: 'Blue.' });
      await bench.ask(llm, 'My colour is blue.');
      await bench.ask(llm, 'Which is it?');
      assert.deepEqual(
        bench.prompt.messages.map(({ role, text }) => [role, text]),
        [
          ['user', 'My colour is blue.'],
          ['assistant', 'Blue.'],
          ['user', 'Which is it?'],
        ],
        'the model must be given the conversation',
      );
    },
  },
  {
    id: 'tells-speakers-apart',
    title: 'tells the model who spoke',
    async run(bench) {
      const { llm } = await bench.start();
      await bench.ask(llm, 'Hello?', { participant: ada });
      const message = bench.prompt.messages.at(-1);
      assert(
        message?.name === 'Ada' || message?.text.includes('Ada'),
        'the name of the participant must be beside the text or in it',
      );
    },
  },
  {
    id: 'answers-at-once',
    title:
      'gives two answers at once, unless it declares `serial`, and keeps them in the order of the questions',
    async run(bench) {
      const { llm } = await bench.start();
      const first = await bench.askAndHold(llm, { text: 'The first one.' });
      const second = bench.read(llm, 'Second?');
      if (!llm.serial)
        await within(5_000, 'the second answer, while the first is given', second.ended);
      bench.provider.release();
      await within(5_000, 'the first answer', first.ended);
      await within(5_000, 'the second answer', second.ended);
      await bench.ask(llm, 'Third?');
      const questions = bench.prompt.messages.filter(({ role }) => role === 'user');
      assert.deepEqual(
        questions.map(({ text }) => text),
        ['What is the weather?', 'Second?', 'Third?'],
        'the questions must be in the order in which they were asked',
      );
    },
  },
];

/** What a model that can see keeps to. */
export const imageRules: readonly Rule<LLMBench>[] = [
  {
    id: 'shows-images',
    title: 'shows the model the images that come with a question',
    async run(bench) {
      const { llm } = await bench.start();
      const data = new Uint8Array([137, 80, 78, 71]);
      await bench.ask(llm, 'What is it?', {
        images: [{ type: 'image', mimeType: 'image/png', data }],
      });
      const message = bench.prompt.messages.at(-1);
      assert.equal(message?.text, 'What is it?', 'the text must come with the image');
      assert.deepEqual(
        message?.images.map((image) => image.replace(/^.*base64,/, '')),
        ['iVBORw=='],
        'the image must arrive',
      );
    },
  },
];
