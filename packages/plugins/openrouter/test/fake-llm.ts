import { FakeChatServer, type ChatDialect } from '@vision-agents/testkit';

/** The key that the fake accepts. */
const TEST_KEY = 'sk-or-test-key';

/**
 * The service of OpenRouter, as it answers on the wire: on a real socket of this machine. It knows what OpenAI's does,
 * and the parameters of its own routing.
 */
export class FakeProvider extends FakeChatServer {
  constructor(dialect: ChatDialect = {}) {
    super({
      apiKey: TEST_KEY,
      path: '/api/v1/chat/completions',
      dialect: {
        parameters: ['models', 'plugins', 'provider', 'session_id'],
        messageFields: ['reasoning', 'reasoning_details'],
        // As it tells of a provider that fails in mid-stream: the code is an HTTP status.
        error: (message) => ({ error: { code: 502, message } }),
        ...dialect,
      },
    });
  }
}

/** What a plugin needs to find the fake. */
export function testOptions(provider: { url: string }): { baseUrl: string; apiKey: string } {
  return { baseUrl: `${provider.url}/api/v1`, apiKey: TEST_KEY };
}
