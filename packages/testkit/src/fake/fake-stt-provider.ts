import { PcmData, type AudioFormat } from '@vision-agents/core/audio';
import type { WebSocket } from 'ws';
import {
  HonestRecogniser,
  recordings as allRecordings,
  type RecognisedEvent,
  type SpeechRecording,
} from '../speech/index.ts';
import { FakeSession, type UpgradeRequest } from './fake-session.ts';
import { FakeSocketServer } from './fake-socket-server.ts';
import { ReceivedAudio } from './received-audio.ts';
import type { STTFake } from './stt-fake.ts';

/** What a speech-to-text provider says, before it is written in the provider's own words. */
export type STTSaying =
  | { type: 'partial' | 'final'; text: string }
  | { type: 'turn-started' | 'turn-resumed' | 'turn-ended'; eager?: boolean | undefined }
  | { type: 'error'; message: string };

/** Which connection a saying goes out on: the one on which this recording is heard; else the newest. */
export interface ToSpeaker {
  speaker?: string | undefined;
}

/** One client's connection to a speech-to-text provider. */
export class FakeSTTSession extends FakeSession {
  /** Whose recording is heard on this connection, once its first word is. */
  speaker: string | undefined;
  readonly #hear: (bytes: Uint8Array) => void;
  readonly #settle: () => void;

  constructor(
    init: ConstructorParameters<typeof FakeSession>[0] & {
      hear: (bytes: Uint8Array) => void;
      settle: () => void;
    },
  ) {
    super(init);
    this.#hear = init.hear;
    this.#settle = init.settle;
  }

  /** Takes audio in the provider's format. Words come out as their audio comes in. */
  hear(bytes: Uint8Array): void {
    this.#hear(bytes);
  }

  /** Says what is still to be said: the answer to a client's farewell, where the client closes. */
  settle(): void {
    this.#settle();
  }

  /** Says what is still to be said, and closes: the answer to a client's farewell. */
  finish(): void {
    this.#settle();
    this.close(1000);
  }
}

/**
 * A speech-to-text provider on a real socket. It is honest: a word comes out only when the audio of the recording
 * that has it came in, in the declared format. Silence, noise or a wrong rate yield nothing.
 *
 * A plugin's own fake extends it with the provider's protocol: `authorise`, `onOpen`, `onFrame` and `encode`.
 */
export abstract class FakeSTTProvider extends FakeSocketServer<FakeSTTSession> implements STTFake {
  readonly transport = 'socket';
  readonly format: AudioFormat;
  readonly #recordings: readonly SpeechRecording[];
  readonly #heard: string[] = [];
  readonly #audio: ReceivedAudio;

  constructor(init: { format: AudioFormat; recordings?: readonly SpeechRecording[] | undefined }) {
    super();
    this.format = init.format;
    this.#recordings = init.recordings ?? Object.values(allRecordings);
    this.#audio = new ReceivedAudio({ format: init.format, changes: this.changes });
  }

  /** Audio that was received on all connections, in milliseconds. */
  get audioMs(): number {
    return this.#audio.totalMs;
  }

  /** The words that were heard on all connections, in order. */
  get heard(): readonly string[] {
    return this.#heard;
  }

  override async start(): Promise<void> {
    this.#audio.reset();
    this.#heard.length = 0;
    await super.start();
  }

  /** Resolves with the audio received so far (the last minute of it) once there is as much as that. */
  expectAudio(
    options: { durationMs?: number | undefined; timeoutMs?: number | undefined } = {},
  ): Promise<PcmData> {
    return this.#audio.expect(options);
  }

  partial(text: string, to?: ToSpeaker): Promise<void> {
    return this.say({ type: 'partial', text }, to);
  }

  final(text: string, to?: ToSpeaker): Promise<void> {
    return this.say({ type: 'final', text }, to);
  }

  turn(
    event: 'started' | 'resumed' | 'ended',
    options: ToSpeaker & { eager?: boolean | undefined } = {},
  ): Promise<void> {
    return this.say({ type: `turn-${event}`, eager: options.eager }, options);
  }

  error(message: string, to?: ToSpeaker): Promise<void> {
    return this.say({ type: 'error', message }, to);
  }

  /** Says it on the connection of that speaker, or on the newest; waits until there is one. */
  async say(saying: STTSaying, to: ToSpeaker = {}): Promise<void> {
    const session = await this.changes.until(
      `a connection ${to.speaker === undefined ? 'is open' : `on which ${to.speaker} is heard`}`,
      () =>
        this.sessions.findLast(({ speaker }) => to.speaker === undefined || speaker === to.speaker),
    );
    this.#sayOn(session, saying);
  }

  /** Whether the provider ever says such a thing; an eager end, only if it is told differently from a final one. */
  says(saying: STTSaying): boolean {
    const message = this.encode(saying);
    if (saying.type !== 'turn-ended' || !saying.eager) return message !== undefined;
    return JSON.stringify(message) !== JSON.stringify(this.encode({ type: 'turn-ended' }));
  }

  /** The provider's own message for what is said; undefined when the provider never says such a thing. */
  protected abstract encode(saying: STTSaying): object | string | undefined;

  protected override createSession(request: UpgradeRequest, socket: WebSocket): FakeSTTSession {
    const recogniser = new HonestRecogniser({ format: this.format, recordings: this.#recordings });
    const frameBytes = this.format.channels * (this.format.format === 's16' ? 2 : 4);
    const session: FakeSTTSession = new FakeSTTSession({
      request,
      socket,
      onViolation: (reason) => this.noteViolation(reason),
      onSaid: (text) => this.noteSaid(text),
      hear: (bytes) => {
        if (bytes.byteLength === 0 || bytes.byteLength % frameBytes !== 0) {
          session.violation(
            `${bytes.byteLength} bytes are no whole number of ${frameBytes}-byte audio frames`,
          );
          return;
        }
        const pcm = PcmData.fromBytes(bytes, this.format);
        this.note('audio');
        this.#audio.put(pcm);
        this.#report(session, recogniser.push(pcm));
      },
      settle: () => this.#report(session, recogniser.flush()),
    });
    return session;
  }

  #report(session: FakeSTTSession, events: readonly RecognisedEvent[]): void {
    for (const event of events) {
      session.speaker = event.recording.speaker;
      switch (event.type) {
        case 'speech-started':
          this.#sayOn(session, { type: 'turn-started' });
          break;
        case 'word':
          this.#heard.push(event.word.text);
          this.#sayOn(session, { type: 'partial', text: event.textSoFar });
          break;
        case 'sentence-ended':
          this.#sayOn(session, { type: 'final', text: event.text });
          this.#sayOn(session, { type: 'turn-ended' });
          break;
      }
    }
  }

  /** Says it, as one message; a protocol in which a saying is several, or depends on what was said, overrides it. */
  protected deliver(session: FakeSTTSession, saying: STTSaying): void {
    const message = this.encode(saying);
    if (message !== undefined) session.send(message);
  }

  #sayOn(session: FakeSTTSession, saying: STTSaying): void {
    this.deliver(session, saying);
    this.changes.notify();
  }
}
