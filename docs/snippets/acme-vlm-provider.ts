import { FakeLLMServer } from '@vision-agents/testkit';
import type {
  FakeExchange,
  FakeHttpRequest,
  FakePrompt,
  LLMSaying,
  Refusal,
} from '@vision-agents/testkit';
import { z } from 'zod';

const Call = z.strictObject({ id: z.string(), name: z.string(), arguments: z.string() });
const RequestMessage = z.union([
  z.strictObject({ role: z.literal('result'), call: z.string(), text: z.string() }),
  z.strictObject({
    role: z.enum(['system', 'user', 'assistant']),
    text: z.string(),
    speaker: z.string().optional(),
    images: z.array(z.string()),
    calls: z.array(Call),
  }),
]);
const Tool = z.strictObject({
  name: z.string(),
  description: z.string(),
  parametersSchema: z.looseObject({}),
});
/** What a client may ask: as strict as the real provider. */
const Request = z.strictObject({
  instructions: z.string(),
  tools: z.array(Tool),
  messages: z.array(RequestMessage).min(1),
});

/** The provider's side of the protocol in `acme-http-vlm.ts`. */
export class AcmeVLMProvider extends FakeLLMServer {
  protected override authorise({ url, headers }: FakeHttpRequest): Refusal | undefined {
    if (headers.get('authorization') !== 'Bearer acme-test-key') return { status: 401 };
    return url.pathname === '/see' ? undefined : { status: 404 };
  }

  protected override readPrompt(request: FakeHttpRequest): FakePrompt {
    const { instructions, tools, messages } = Request.parse(request.json());
    return {
      model: 'eyes',
      instructions,
      tools: tools.map(({ parametersSchema: parameters, ...tool }) => ({ ...tool, parameters })),
      messages: messages.map(promptMessage),
    };
  }

  protected override say(exchange: FakeExchange, saying: LLMSaying): void {
    const line = (message: object): void => exchange.write(`${JSON.stringify(message)}\n`);
    if (saying.type === 'start')
      exchange.start({ headers: { 'content-type': 'application/x-ndjson' } });
    if (saying.type === 'text') line({ type: 'text', text: saying.delta });
    if (saying.type === 'tool-call') line({ type: 'call', ...saying.call });
    if (saying.type === 'error') line({ type: 'error', message: saying.message });
    if (saying.type === 'finish') {
      const { inputTokens: read, outputTokens: written } = saying.usage;
      line({ type: 'done', read, written });
    }
    if (saying.type === 'finish' || saying.type === 'error') exchange.end();
  }
}

function promptMessage(message: z.output<typeof RequestMessage>): FakePrompt['messages'][number] {
  if (message.role === 'result') {
    const { call: toolCallId, text } = message;
    return { role: 'tool', text, toolCallId, images: [], toolCalls: [] };
  }
  const { role, text, speaker: name, images, calls: toolCalls } = message;
  return { role, text, name, images, toolCalls };
}
