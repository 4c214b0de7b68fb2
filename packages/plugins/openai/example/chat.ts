/**
 * Asks a model a question, lets it call a function, and prints what it answers.
 *
 *   npm run example                                        a question about the time, over the Responses API
 *   npm run example -- --chat                              the same over chat completions
 *   npm run example -- "Your question" --model gpt-5.4     your own, best with the real service
 *
 *   OPENAI_BASE_URL=http://localhost:11434/v1 npm run example -- --chat --model llama3.2
 */
import type { LLM as AnyLLM } from '@vision-agents/core';
import { chat } from '@vision-agents/testkit';
import { ChatCompletionsLLM, LLM } from '../src/index.ts';
import { FakeChat, testOptions } from '../test/support/fake-chat.ts';
import { FakeResponses } from '../test/support/fake-responses.ts';
import { giveUp, introduce, isReal, readArguments } from './environment.ts';

const { model, texts, chat: overChat } = readArguments();
const [question = 'What time is it?'] = texts;
const Model = overChat ? ChatCompletionsLLM : LLM;
const fake = overChat ? new FakeChat() : new FakeResponses();

try {
  if (isReal) {
    introduce(undefined, '');
    await ask(new Model({ model }));
  } else {
    await fake.start();
    introduce(fake, 'It looks at the clock and tells what it saw, whatever it is asked.');
    fake.reply({ text: 'Let me see.', toolCalls: [{ name: 'get_time' }] });
    fake.reply({ text: ({ messages }) => `It is ${messages.at(-1)?.text ?? 'late'}.` });
    await ask(new Model({ ...testOptions(fake), model }));
  }
} catch (error) {
  giveUp(error);
} finally {
  await fake.stop();
}

async function ask(llm: AnyLLM): Promise<void> {
  llm.setInstructions('You are on the phone: keep it short.');
  llm.registerFunction({
    name: 'get_time',
    description: 'The time of day, here',
    execute: () => new Date().toLocaleTimeString(),
  });
  await chat(llm, question);
}
