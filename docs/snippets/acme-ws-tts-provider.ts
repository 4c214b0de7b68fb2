import { MONO_24K } from '@vision-agents/core';
import { FakeTTSProvider, toneSpeechMs } from '@vision-agents/testkit';
import type { FakeTTSSession, Refusal, TTSSaying, UpgradeRequest } from '@vision-agents/testkit';
import { z } from 'zod';

const Command = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('text'), id: z.string(), text: z.string().min(1) }),
  z.strictObject({ type: z.enum(['flush', 'cancel']), id: z.string() }),
  z.strictObject({ type: z.enum(['keep-alive', 'close']) }),
]);

/** The provider's side of the protocol in `acme-ws-tts.ts`. */
export class AcmeSocketTTSProvider extends FakeTTSProvider {
  /** How long the text that came in so far will be, by its id. */
  readonly #lengthsMs = new Map<string, number>();

  constructor() {
    super({ format: MONO_24K });
  }

  protected override authorise({ url, headers }: UpgradeRequest): Refusal | undefined {
    if (headers.authorization !== 'Bearer acme-test-key') return { status: 401 };
    return url.pathname === '/speak' ? undefined : { status: 404 };
  }

  protected override onOpen(session: FakeTTSSession): void {
    session.send({ type: 'ready' });
  }

  protected override onMessage(session: FakeTTSSession, message: unknown): void {
    const command = Command.parse(message);
    this.note(command.type);
    if (command.type === 'text') {
      session.piece(command.id, command.text);
      session.send({ type: 'words', id: command.id, words: this.#align(command) });
    }
    if (command.type === 'flush') session.speak(command.id);
    if (command.type === 'cancel') session.cancel(command.id);
    if (command.type === 'close') session.close();
  }

  protected override encode(saying: TTSSaying): object | undefined {
    if (saying.type === 'cancelled') return undefined;
    if (saying.type !== 'audio') return saying;
    const audio = Buffer.from(saying.bytes).toString('base64');
    return { type: 'audio', id: saying.id, audio };
  }

  #align({ id, text }: { id: string; text: string }): object[] {
    const fromMs = this.#lengthsMs.get(id) ?? 0;
    this.#lengthsMs.set(id, fromMs + toneSpeechMs(text));
    return [...text.matchAll(/\S+/g)].map(({ 0: word, index }) => {
      const start = (fromMs + toneSpeechMs(text.slice(0, index))) / 1_000;
      return { text: word, start, end: start + toneSpeechMs(word) / 1_000 };
    });
  }
}
