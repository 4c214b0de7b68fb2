import { FakeChatServer, type ChatDialect } from '@vision-agents/testkit';

/** The key that the fakes accept. */
export const TEST_KEY = 'sk-openai-test-key';

/** The service of OpenAI, as it answers chat completions on the wire: on a real socket of this machine. */
export class FakeChat extends FakeChatServer {
  constructor(dialect: ChatDialect = {}) {
    super({ apiKey: TEST_KEY, dialect });
  }
}

/** What a plugin needs to find a fake. */
export function testOptions(provider: { url: string }): { baseUrl: string; apiKey: string } {
  return { baseUrl: `${provider.url}/v1`, apiKey: TEST_KEY };
}
