import { MONO_16K, MONO_24K } from '@vision-agents/core';
import { z } from 'zod';
import {
  FakeRealtimeProvider,
  type FakeRealtimeSession,
  type RealtimeSaying,
  type Refusal,
  type UpgradeRequest,
} from '../../src/index.ts';
import { REALTIME_KEY } from './reference-realtime.ts';

const setup = {
  instructions: z.string(),
  tools: z.array(
    z
      .strictObject({ name: z.string(), description: z.string(), parametersSchema: z.unknown() })
      .transform(({ parametersSchema, ...tool }) => ({ ...tool, parameters: parametersSchema })),
  ),
};

const Command = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('begin'),
    model: z.string(),
    resume: z.string().optional(),
    ...setup,
  }),
  z.strictObject({ type: z.literal('session-update'), ...setup }),
  z.strictObject({
    type: z.literal('history'),
    messages: z.array(
      z.strictObject({ role: z.enum(['system', 'user', 'assistant']), text: z.string() }),
    ),
  }),
  z.strictObject({
    type: z.literal('text'),
    requestId: z.string(),
    text: z.string(),
    images: z.array(z.string()),
    name: z.string().optional(),
  }),
  z.strictObject({
    type: z.literal('tool-results'),
    requestId: z.string(),
    results: z.array(z.object({ toolCallId: z.string(), content: z.string() })),
    respond: z.boolean(),
  }),
  z.strictObject({ type: z.literal('cancel') }),
  z.strictObject({ type: z.literal('truncate'), itemId: z.string(), playedMs: z.number() }),
  z.strictObject({ type: z.literal('image'), url: z.string() }),
  z.strictObject({ type: z.literal('close') }),
]);

/** The provider of the reference plugin. */
export class ReferenceRealtimeProvider extends FakeRealtimeProvider {
  readonly #names: boolean;

  /** @param init.names whether it says which response a message is of, and what it answers */
  constructor(init: { resumes?: boolean | undefined; names?: boolean | undefined } = {}) {
    super({ inputFormat: MONO_16K, outputFormat: MONO_24K, resumes: init.resumes });
    this.#names = init.names ?? true;
  }

  protected override authorise({ url, headers }: UpgradeRequest): Refusal | undefined {
    if (headers.authorization !== `Bearer ${REALTIME_KEY}`) return { status: 401 };
    return url.pathname === '/talk' ? undefined : { status: 404 };
  }

  protected override onBytes(session: FakeRealtimeSession, bytes: Uint8Array): void {
    session.hear(bytes);
  }

  protected override onMessage(session: FakeRealtimeSession, message: unknown): void {
    const command = Command.parse(message);
    this.note(command.type);
    switch (command.type) {
      case 'begin':
        session.begin(command);
        return;
      case 'session-update':
        session.change(command);
        return;
      case 'history':
        session.remember(command.messages);
        return;
      case 'text':
        session.write(command);
        session.respond(command.requestId);
        return;
      case 'tool-results':
        for (const { toolCallId, content } of command.results) session.result(toolCallId, content);
        if (command.respond) session.respond(command.requestId);
        return;
      case 'cancel':
        session.cancel();
        return;
      case 'truncate':
        session.truncate(command.itemId, command.playedMs);
        return;
      case 'image':
        session.see(command.url);
        return;
      case 'close':
        session.close();
    }
  }

  protected override encode(saying: RealtimeSaying): object {
    const named = this.#names ? {} : { responseId: undefined, requestId: undefined };
    if (saying.type === 'response-started' && this.#names)
      return { ...saying, requestId: saying.requestId ?? null };
    if (saying.type !== 'audio') return { ...saying, ...named };
    const { bytes, ...audio } = saying;
    return { ...audio, ...named, audio: Buffer.from(bytes).toString('base64') };
  }
}
