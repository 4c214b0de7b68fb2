import { MONO_16K, MONO_24K } from '@vision-agents/core';
import { FakeRealtimeProvider } from '@vision-agents/testkit';
import type {
  FakeRealtimeSession,
  RealtimeSaying,
  Refusal,
  UpgradeRequest,
} from '@vision-agents/testkit';
import { z } from 'zod';

const tool = z
  .strictObject({ name: z.string(), description: z.string(), parametersSchema: z.unknown() })
  .transform(({ parametersSchema: parameters, ...rest }) => ({ ...rest, parameters }));
const setup = { instructions: z.string(), tools: z.array(tool) };

/** What a client may say: as strict as the real provider. */
const Command = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('setup'), ticket: z.string().optional(), ...setup }),
  z.strictObject({ type: z.literal('change'), ...setup }),
  z.strictObject({ type: z.literal('ask'), text: z.string(), name: z.string().optional() }),
  z.strictObject({
    type: z.literal('said'),
    role: z.enum(['user', 'assistant']),
    text: z.string(),
  }),
  z.strictObject({ type: z.literal('result'), id: z.string(), content: z.string() }),
  z.strictObject({ type: z.literal('cut'), playedMs: z.number() }),
  z.strictObject({ type: z.enum(['answer', 'stop', 'bye']) }),
]);

/** The provider's side of the protocol in `acme-realtime.ts`. */
export class AcmeRealtimeProvider extends FakeRealtimeProvider {
  #lastItem = '';

  constructor() {
    super({ inputFormat: MONO_16K, outputFormat: MONO_24K });
  }

  protected override authorise({ url, headers }: UpgradeRequest): Refusal | undefined {
    if (headers.authorization !== 'Bearer acme-test-key') return { status: 401 };
    return url.pathname === '/live' ? undefined : { status: 404 };
  }

  protected override onBytes(session: FakeRealtimeSession, bytes: Uint8Array): void {
    session.hear(bytes);
  }

  protected override onMessage(session: FakeRealtimeSession, message: unknown): void {
    const command = Command.parse(message);
    if (command.type === 'setup')
      session.begin({ ...command, model: 'live', resume: command.ticket });
    if (command.type === 'change') session.change(command);
    if (command.type === 'said') session.remember([command]);
    if (command.type === 'ask') session.write(command);
    if (command.type === 'result') session.result(command.id, command.content);
    if (command.type === 'ask' || command.type === 'answer') session.respond();
    if (command.type === 'stop') session.cancel();
    if (command.type === 'cut') session.truncate(this.#lastItem, command.playedMs);
    if (command.type === 'bye') session.close();
  }

  protected override encode(saying: RealtimeSaying): object | Uint8Array {
    switch (saying.type) {
      case 'ready':
        return { type: 'ready', ticket: saying.resume };
      case 'speech-started':
        return { type: 'listening' };
      case 'speech-ended':
        return { type: 'thinking' };
      case 'user-transcript':
        return { type: saying.final ? 'heard' : 'hearing', text: saying.text };
      case 'response-started':
        return { type: 'answering' };
      case 'agent-transcript':
        return { type: 'saying', text: saying.delta };
      case 'tool-call':
        return { ...saying.call, type: 'call', input: saying.call.arguments };
      case 'audio':
        this.#lastItem = saying.itemId;
        return saying.bytes;
      case 'response-done': {
        const { outcome, message = '', usage } = saying;
        const { inputTokens: read, outputTokens: written } = usage;
        return outcome === 'completed'
          ? { type: 'answered', read, written }
          : { type: outcome, message };
      }
      case 'error':
        return { type: 'warning', message: saying.message };
    }
  }
}
