import type { AudioFormat, PcmData } from '@vision-agents/core/audio';
import type { WebSocket } from 'ws';
import { FakeRealtimeSession } from './fake-realtime-session.ts';
import type { UpgradeRequest } from './fake-session.ts';
import { FakeSocketServer } from './fake-socket-server.ts';
import type { FakeTalk } from './fake-talk.ts';
import type { FakePrompt, FakeToolCall, LLMReply } from './llm-fake.ts';
import type { RealtimeFake, RealtimeSaying } from './realtime-fake.ts';
import { ReceivedAudio } from './received-audio.ts';

export interface FakeRealtimeProviderInit {
  /** What it takes: mono. */
  inputFormat: AudioFormat;
  /** What it speaks. */
  outputFormat: AudioFormat;
  /** Whether a session can be resumed after its connection was lost. True unless given. */
  resumes?: boolean | undefined;
}

/**
 * A speech-to-speech provider on a real socket. It is honest: it hears a word only when the audio of the recording that
 * has it came in, and its answer can be read out of its audio, `readToneSpeech(pcm)`. It hears by itself where users
 * begin and end, and is then interrupted, or answers; it is interrupted when it is told to, and forgets what was not
 * heard. It says what a test has it say, and else repeats what the user said.
 *
 * A plugin's own fake extends it with the provider's protocol: `authorise`, `onMessage` and `encode`.
 */
export abstract class FakeRealtimeProvider
  extends FakeSocketServer<FakeRealtimeSession>
  implements RealtimeFake
{
  readonly inputFormat: AudioFormat;
  readonly outputFormat: AudioFormat;
  readonly resumes: boolean;
  readonly #audio: ReceivedAudio;
  readonly #held = new Set<() => void>();
  readonly #talks = new Map<string, FakeTalk>();
  #heard: string[] = [];
  #prompts: FakePrompt[] = [];
  #replies: LLMReply[] = [];
  #truncations: { itemId: string; playedMs: number }[] = [];
  #frames: string[] = [];
  #resumed = 0;
  #ids = 0;

  constructor(init: FakeRealtimeProviderInit) {
    super();
    this.inputFormat = init.inputFormat;
    this.outputFormat = init.outputFormat;
    this.resumes = init.resumes ?? true;
    this.#audio = new ReceivedAudio({ format: init.inputFormat, changes: this.changes });
  }

  get heard(): readonly string[] {
    return this.#heard;
  }

  get audioMs(): number {
    return this.#audio.totalMs;
  }

  get prompts(): readonly FakePrompt[] {
    return this.#prompts;
  }

  get truncations(): readonly { itemId: string; playedMs: number }[] {
    return this.#truncations;
  }

  get responding(): number {
    return this.sessions.filter(({ responding }) => responding).length;
  }

  get resumed(): number {
    return this.#resumed;
  }

  get frames(): readonly string[] {
    return this.#frames;
  }

  override async start(): Promise<void> {
    this.#audio.reset();
    this.#talks.clear();
    this.#heard = [];
    this.#prompts = [];
    this.#replies = [];
    this.#truncations = [];
    this.#frames = [];
    this.#resumed = 0;
    this.#ids = 0;
    await super.start();
  }

  expectAudio(
    options: { durationMs?: number | undefined; timeoutMs?: number | undefined } = {},
  ): Promise<PcmData> {
    return this.#audio.expect(options);
  }

  reply(reply: LLMReply): void {
    this.#replies.push(reply);
  }

  release(): void {
    for (const goOn of this.#held) goOn();
  }

  surprise(): void {
    for (const session of this.sessions) session.send({ type: 'surprise', value: 1 });
  }

  complain(message: string): void {
    for (const session of this.sessions)
      this.#say(session, { type: 'error', message, requestId: undefined });
  }

  /** The provider's own message for what is said, or a list of several; undefined when it never says such a thing. */
  protected abstract encode(saying: RealtimeSaying): object | string | Uint8Array | undefined;

  /** What a client says, in JSON. What it throws is a violation: the client sent what can't be understood. */
  protected abstract onMessage(session: FakeRealtimeSession, message: unknown): void;

  protected override onOpen(_session: FakeRealtimeSession): void {}

  protected override onFrame(session: FakeRealtimeSession, frame: string | Uint8Array): void {
    try {
      if (typeof frame === 'string') this.onMessage(session, JSON.parse(frame));
      else this.onBytes(session, frame);
    } catch (error) {
      session.violation(error instanceof Error ? error.message : String(error));
    }
  }

  /** A binary frame of the client; its audio, for a provider that takes it so. */
  protected onBytes(_session: FakeRealtimeSession, _bytes: Uint8Array): void {
    throw new Error('a binary frame, where JSON was expected');
  }

  protected override createSession(
    request: UpgradeRequest,
    socket: WebSocket,
  ): FakeRealtimeSession {
    const session = new FakeRealtimeSession({
      request,
      socket,
      onViolation: (reason) => this.noteViolation(reason),
      onSaid: (text) => this.noteSaid(text),
      host: {
        inputFormat: this.inputFormat,
        outputFormat: this.outputFormat,
        say: (speaking, saying) => this.#say(speaking, saying),
        asked: (prompt) => this.#asked(prompt),
        received: (pcm) => {
          this.note('audio');
          this.#audio.put(pcm);
        },
        heardWord: (text) => void this.#heard.push(text),
        framed: (url) => void this.#frames.push(url),
        truncated: (itemId, playedMs) => void this.#truncations.push({ itemId, playedMs }),
        talkOf: (resume) => {
          const talk = this.#talks.get(resume);
          if (talk) this.#resumed += 1;
          return talk;
        },
        keep: (talk) => {
          if (!this.resumes) return undefined;
          const name = this.#nextId('talk');
          this.#talks.set(name, talk);
          return name;
        },
        nextId: (kind) => this.#nextId(kind),
        hold: (signal) => this.#hold(signal),
        changed: () => this.changes.notify(),
      },
    });
    socket.on('close', () => session.leave());
    return session;
  }

  #say(session: FakeRealtimeSession, saying: RealtimeSaying): void {
    if (this.stalled) return;
    const said: unknown = this.encode(saying);
    for (const message of Array.isArray(said) ? said : [said])
      if (message !== undefined) session.send(message);
    this.changes.notify();
  }

  #asked(prompt: FakePrompt): { reply: LLMReply; toolCalls: FakeToolCall[] } {
    this.#prompts.push(prompt);
    const reply = this.#replies.shift() ?? { text: repeat };
    const toolCalls = (reply.toolCalls ?? []).map((scripted): FakeToolCall => {
      const { name, arguments: args = {}, invented = false } = scripted;
      if (!invented && !prompt.tools.some((tool) => tool.name === name))
        this.noteViolation(`the model is to call ${name}, which it was not offered`);
      const json = typeof args === 'string' ? args : JSON.stringify(args);
      return { id: this.#nextId('call'), name, arguments: json };
    });
    this.changes.notify();
    return { reply, toolCalls };
  }

  #nextId(kind: string): string {
    this.#ids += 1;
    return `${kind}_${this.#ids}`;
  }

  async #hold(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#held.add(resolve);
    signal.addEventListener('abort', () => resolve(), { once: true });
    await promise;
    this.#held.delete(resolve);
  }
}

function repeat({ messages }: FakePrompt): string {
  const last = messages.findLast(({ role }) => role === 'user');
  return `You said: ${last?.text ?? 'nothing'}`;
}
