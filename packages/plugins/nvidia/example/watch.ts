/**
 * Lets a model watch a short moving pattern, asks what it sees, and prints what it answers.
 *
 *   npm run example                      what it sees
 *   npm run example -- "Your question"   your own, best with the real service
 *
 *   OPENAI_BASE_URL=http://localhost:8000/v1 OPENAI_MODEL=nvidia/nemotron-nano-12b-v2-vl npm run example
 */
import { tellFrames, watch } from '@vision-agents/testkit';
import { VLM } from '../src/index.ts';
import { FakeProvider, testOptions } from '../test/fake-vlm.ts';

const { NVIDIA_API_KEY, OPENAI_BASE_URL, OPENAI_API_KEY = 'none', OPENAI_MODEL } = process.env;
const [question = 'What do you see?'] = process.argv.slice(2);

if (NVIDIA_API_KEY) {
  console.log('The provider is NVIDIA, because NVIDIA_API_KEY is set.\n');
  await watch(new VLM({ fps: 2 }), question);
} else if (OPENAI_BASE_URL) {
  console.log(`The provider is ${OPENAI_BASE_URL}, because OPENAI_BASE_URL is set.\n`);
  const options = { baseUrl: OPENAI_BASE_URL, apiKey: OPENAI_API_KEY, model: OPENAI_MODEL };
  await watch(new VLM({ ...options, fps: 2 }), question);
} else {
  const provider = new FakeProvider();
  await provider.start();
  console.log(`The provider is this plugin's own fake provider, on ${provider.url}.`);
  console.log('It reads the numbers that the frames of the pattern have in them.');
  console.log('To use the real one, set NVIDIA_API_KEY.\n');
  provider.reply({ text: tellFrames });
  await watch(new VLM({ ...testOptions(provider), fps: 2 }), question);
  await provider.stop();
}
