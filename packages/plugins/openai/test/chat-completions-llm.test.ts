import { describeLLM } from '@vision-agents/testkit';
import { ChatCompletionsLLM } from '../src/index.ts';
import { FakeChat, testOptions } from './support/fake-chat.ts';

// What every language model keeps to.
describeLLM({
  create: (provider) => new ChatCompletionsLLM(testOptions(provider)),
  provider: new FakeChat(),
});
