/**
 * Asks a model a question, lets it call a function, and prints what it answers.
 *
 *   npm run example                      a question about the time
 *   npm run example -- "Your question"   your own, best with the real service
 *
 *   OPENAI_BASE_URL=http://localhost:11434/v1 OPENAI_MODEL=llama3.2 npm run example
 */
import { chat } from '@vision-agents/testkit';
import { LLM } from '../src/index.ts';
import { FakeProvider, testOptions } from '../test/fake-llm.ts';

const { OPENROUTER_API_KEY, OPENAI_BASE_URL, OPENAI_API_KEY, OPENAI_MODEL } = process.env;
const [question = 'What time is it?'] = process.argv.slice(2);

if (OPENROUTER_API_KEY) {
  console.log('The provider is OpenRouter, because OPENROUTER_API_KEY is set.\n');
  await ask(new LLM());
} else if (OPENAI_BASE_URL) {
  console.log(`The provider is ${OPENAI_BASE_URL}, because OPENAI_BASE_URL is set.\n`);
  await ask(
    new LLM({
      baseUrl: OPENAI_BASE_URL,
      apiKey: OPENAI_API_KEY || 'none',
      model: OPENAI_MODEL || undefined,
      // Only OpenRouter knows it.
      fields: { session_id: undefined },
    }),
  );
} else {
  const provider = new FakeProvider();
  await provider.start();
  console.log(`The provider is this plugin's own fake provider, on ${provider.url}.`);
  console.log('It looks at the clock and tells what it saw, whatever it is asked.');
  console.log('To use the real one, set OPENROUTER_API_KEY.\n');
  provider.reply({ text: 'Let me see.', toolCalls: [{ name: 'get_time' }] });
  provider.reply({ text: ({ messages }) => `It is ${messages.at(-1)?.text ?? 'late'}.` });
  await ask(new LLM(testOptions(provider)));
  await provider.stop();
}

async function ask(llm: LLM): Promise<void> {
  llm.setInstructions('You are on the phone: keep it short.');
  llm.registerFunction({
    name: 'get_time',
    description: 'The time of day, here',
    execute: () => new Date().toLocaleTimeString(),
  });
  await chat(llm, question);
}
