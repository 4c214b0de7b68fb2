import { FakeLLMServer } from '@vision-agents/testkit';
import type {
  FakeExchange,
  FakeHttpRequest,
  FakePrompt,
  FakeToolCall,
  LLMSaying,
  Refusal,
} from '@vision-agents/testkit';
import { z } from 'zod';

const Call = z.strictObject({ ref: z.string(), fn: z.string(), input: z.string() });
const RequestMessage = z.discriminatedUnion('by', [
  z.strictObject({ by: z.literal('function'), ref: z.string(), content: z.string() }),
  z.strictObject({
    by: z.enum(['system', 'user', 'assistant']),
    text: z.string(),
    name: z.string().optional(),
    calls: z.array(Call),
  }),
]);
const Tool = z.strictObject({ fn: z.string(), about: z.string(), input: z.looseObject({}) });
const Request = z.strictObject({
  instructions: z.string(),
  functions: z.array(Tool),
  messages: z.array(RequestMessage).min(1),
});

/** The provider's side of the protocol in `acme-rounds-llm.ts`. */
export class AcmeRoundsProvider extends FakeLLMServer {
  readonly #calls = new WeakMap<FakeExchange, FakeToolCall[]>();

  protected override authorise({ url, headers }: FakeHttpRequest): Refusal | undefined {
    if (headers.get('authorization') !== 'Bearer acme-test-key') return { status: 401 };
    return url.pathname === '/answer' ? undefined : { status: 404 };
  }

  protected override readPrompt(request: FakeHttpRequest): FakePrompt {
    const { instructions, functions, messages } = Request.parse(request.json());
    const tools = functions.map(({ fn, about, input }) => ({
      name: fn,
      description: about,
      parameters: input,
    }));
    return { model: 'rounds', instructions, tools, messages: messages.map(promptMessage) };
  }

  protected override say(exchange: FakeExchange, saying: LLMSaying): void {
    const line = (message: object): void => exchange.write(`${JSON.stringify(message)}\n`);
    const calls = this.#calls.get(exchange) ?? [];
    switch (saying.type) {
      case 'start':
        exchange.start({ headers: { 'content-type': 'application/x-ndjson' } });
        return;
      case 'text':
        line({ type: 'say', text: saying.delta });
        return;
      case 'tool-call':
        this.#calls.set(exchange, [...calls, saying.call]);
        return;
      case 'finish': {
        const { inputTokens: read, outputTokens: written } = saying.usage;
        line({ type: 'end', calls: calls.map(wireCall), tokens: { read, written } });
        exchange.end();
        return;
      }
      case 'error':
        line({ type: 'error', message: saying.message });
        exchange.end();
    }
  }
}

function wireCall({ id, name, arguments: input }: FakeToolCall): z.output<typeof Call> {
  return { ref: id, fn: name, input };
}

function promptMessage(message: z.output<typeof RequestMessage>): FakePrompt['messages'][number] {
  if (message.by === 'function') {
    const { ref: toolCallId, content: text } = message;
    return { role: 'tool', text, toolCallId, images: [], toolCalls: [] };
  }
  const { by: role, text, name, calls } = message;
  const toolCalls = calls.map(({ ref, fn, input }) => ({ id: ref, name: fn, arguments: input }));
  return { role, text, name, images: [], toolCalls };
}
