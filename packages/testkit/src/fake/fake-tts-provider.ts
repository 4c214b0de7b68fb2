import type { AudioFormat } from '@vision-agents/core/audio';
import type { WebSocket } from 'ws';
import { FakeSession, type UpgradeRequest } from './fake-session.ts';
import { FakeSocketServer } from './fake-socket-server.ts';
import { FakeVoice } from './fake-voice.ts';
import type { TTSFake } from './tts-fake.ts';

/** What a text-to-speech provider says, before it is written in the provider's own words. `id` is that of the text. */
export type TTSSaying =
  | { type: 'audio'; id: string; bytes: Uint8Array }
  | { type: 'done' | 'cancelled'; id: string }
  | { type: 'error'; id: string; message: string };

type Encode = (saying: TTSSaying) => object | string | Uint8Array | undefined;

interface Text {
  readonly abort: AbortController;
  pieces: string;
}

/** One client's connection to a text-to-speech provider. */
export class FakeTTSSession extends FakeSession {
  readonly #voice: FakeVoice;
  readonly #encode: Encode;
  readonly #texts = new Map<string, Text>();

  constructor(
    init: ConstructorParameters<typeof FakeSession>[0] & { voice: FakeVoice; encode: Encode },
  ) {
    super(init);
    this.#voice = init.voice;
    this.#encode = init.encode;
  }

  /** Texts that are coming in or being spoken, by id. */
  get texts(): readonly string[] {
    return [...this.#texts.keys()];
  }

  /** The next piece of a text; its first begins it. */
  piece(id: string, text: string): void {
    const known = this.#texts.get(id);
    if (known) known.pieces += text;
    else this.#texts.set(id, { abort: new AbortController(), pieces: text });
  }

  /** The text is complete: it is spoken. */
  speak(id: string): void {
    const text = this.#texts.get(id);
    if (text) void this.#speak(id, text);
    else this.violation(`there is no text ${id} to be spoken`);
  }

  async #speak(id: string, text: Text): Promise<void> {
    await this.#voice.speak(text.pieces, {
      signal: text.abort.signal,
      audio: (bytes) => this.#say({ type: 'audio', id, bytes }),
      end: () => this.#say({ type: 'done', id }),
      error: (message) => this.#say({ type: 'error', id, message }),
    });
    if (this.#texts.get(id) === text) this.#texts.delete(id);
  }

  /** The client takes the text back. */
  cancel(id: string): void {
    this.#texts.get(id)?.abort.abort();
    this.#texts.delete(id);
    this.#say({ type: 'cancelled', id });
  }

  /** The client is gone. */
  leave(): void {
    for (const { abort } of this.#texts.values()) abort.abort();
    this.#texts.clear();
  }

  #say(saying: TTSSaying): void {
    const message = this.#encode(saying);
    if (message !== undefined) this.send(message);
  }
}

/**
 * A text-to-speech provider that keeps a WebSocket for all texts of a client. It is honest: the text can be read out of
 * the audio, `readToneSpeech(pcm)`.
 *
 * A plugin's own fake extends it with the provider's protocol: `authorise`, `onOpen`, `onMessage` and `encode`.
 */
export abstract class FakeTTSProvider extends FakeSocketServer<FakeTTSSession> implements TTSFake {
  readonly transport = 'socket';
  readonly voice: FakeVoice;

  constructor(init: { format: AudioFormat }) {
    super();
    this.voice = new FakeVoice({ ...init, changes: this.changes });
  }

  override async start(): Promise<void> {
    this.voice.reset();
    await super.start();
  }

  /** The provider's own message for what is said; undefined when the provider never says such a thing. */
  protected abstract encode(saying: TTSSaying): object | string | Uint8Array | undefined;

  /** What a client says, in JSON. What it throws is a violation: the client sent what can't be understood. */
  protected abstract onMessage(session: FakeTTSSession, message: unknown): void;

  protected override onFrame(session: FakeTTSSession, frame: string | Uint8Array): void {
    try {
      if (typeof frame !== 'string') throw new Error('a binary frame, where JSON was expected');
      this.onMessage(session, JSON.parse(frame));
    } catch (error) {
      session.violation(error instanceof Error ? error.message : String(error));
    }
  }

  protected override createSession(request: UpgradeRequest, socket: WebSocket): FakeTTSSession {
    const session = new FakeTTSSession({
      request,
      socket,
      onViolation: (reason) => this.noteViolation(reason),
      voice: this.voice,
      encode: (saying) => (this.stalled ? undefined : this.encode(saying)),
    });
    socket.on('close', () => session.leave());
    return session;
  }
}
