import { PcmData, type AudioFormat } from '@vision-agents/core/audio';
import { HonestRecogniser, toneSpeech, type RecognisedEvent } from '../speech/index.ts';
import { FakeSession } from './fake-session.ts';
import { FakeTalk, type SpokenPiece } from './fake-talk.ts';
import type { FakePrompt, FakePromptMessage, FakeToolCall, LLMReply } from './llm-fake.ts';
import type { FakeRealtimeSetup, RealtimeSaying } from './realtime-fake.ts';

/** No multiple of any frame: a client that counts on whole ones is found out. */
const PIECE_BYTES = 1_023;

/** What a session needs of its provider. */
export interface RealtimeSessionHost {
  readonly inputFormat: AudioFormat;
  readonly outputFormat: AudioFormat;
  say(session: FakeRealtimeSession, saying: RealtimeSaying): void;
  /** A model is asked: what it says. */
  asked(prompt: FakePrompt): { reply: LLMReply; toolCalls: FakeToolCall[] };
  received(pcm: PcmData): void;
  heardWord(text: string): void;
  framed(url: string): void;
  truncated(itemId: string, playedMs: number): void;
  /** What was begun with this, if anything was. */
  talkOf(resume: string): FakeTalk | undefined;
  /** Remembers it, and says what it can be resumed with; undefined for a provider that can't. */
  keep(talk: FakeTalk): string | undefined;
  nextId(kind: string): string;
  /** Waits until it is released, or the signal is aborted. */
  hold(signal: AbortSignal): Promise<void>;
  changed(): void;
}

interface Response {
  readonly id: string;
  readonly itemId: string;
  readonly abort: AbortController;
}

/** One client's session with a speech-to-speech provider, in which it hears, answers, and is interrupted. */
export class FakeRealtimeSession extends FakeSession {
  readonly #host: RealtimeSessionHost;
  readonly #recogniser: HonestRecogniser;
  #talk: FakeTalk | undefined;
  #response: Response | undefined;
  /** The provider's name for what a user is saying. */
  #userItem: string | undefined;
  #images: string[] = [];
  /** When the last response has been told to its end. */
  #last: Promise<void> = Promise.resolve();

  constructor(init: ConstructorParameters<typeof FakeSession>[0] & { host: RealtimeSessionHost }) {
    super(init);
    this.#host = init.host;
    this.#recogniser = new HonestRecogniser({ format: init.host.inputFormat });
  }

  /** Whether it is answering. */
  get responding(): boolean {
    return this.#response !== undefined;
  }

  /** Begins the session, or goes on with the one that is to be resumed. Answered by `ready`. */
  begin(setup: FakeRealtimeSetup & { model: string; resume?: string | undefined }): void {
    if (this.#talk) throw new Error('the session has begun already');
    const { resume } = setup;
    const before = resume === undefined ? undefined : this.#host.talkOf(resume);
    if (resume !== undefined && !before) throw new Error('there is no such session to be resumed');
    this.#talk = before ?? new FakeTalk(setup);
    this.#talk.change(setup);
    const sessionId = this.#host.nextId('sess');
    this.#host.say(this, { type: 'ready', sessionId, resume: this.#host.keep(this.#talk) });
  }

  change(setup: FakeRealtimeSetup): void {
    this.#begun.change(setup);
  }

  /** What was said before the session. */
  remember(
    messages: readonly (Pick<FakePromptMessage, 'role' | 'text'> & Partial<FakePromptMessage>)[],
  ): void {
    for (const message of messages) this.#begun.add(message);
  }

  /** Takes audio in the provider's format. Words come out as their audio comes in. */
  hear(bytes: Uint8Array): void {
    const { inputFormat } = this.#host;
    const frameBytes = inputFormat.channels * (inputFormat.format === 's16' ? 2 : 4);
    if (!this.#talk) throw new Error('audio before the session has begun');
    if (bytes.byteLength === 0 || bytes.byteLength % frameBytes !== 0)
      throw new Error(`${bytes.byteLength} bytes are no whole number of audio frames`);
    const pcm = PcmData.fromBytes(bytes, inputFormat);
    this.#host.received(pcm);
    for (const event of this.#recogniser.push(pcm)) this.#recognised(event);
  }

  /** A frame of video. */
  see(url: string): void {
    this.#images.push(url);
    this.#host.framed(url);
  }

  /** A user's text, and the images that are shown with it. */
  write(message: { text: string; name?: string | undefined; images?: readonly string[] }): void {
    this.#begun.add({ role: 'user', ...message });
  }

  /** Answers what was said. */
  respond(requestId?: string): void {
    if (this.#response) {
      const message = 'a response is under way already';
      this.#host.say(this, { type: 'error', message, requestId });
      return;
    }
    this.#answer(requestId);
  }

  /** The result of a call. */
  result(toolCallId: string, text: string): void {
    this.#begun.result(toolCallId, text);
  }

  /** Ends the response that is under way; one that has just ended by itself needs no ending. */
  cancel(): void {
    this.#response?.abort.abort();
  }

  truncate(itemId: string, playedMs: number): void {
    // What it is saying counts as said, as far as it has come.
    this.#response?.abort.abort();
    this.#begun.truncate(itemId, playedMs);
    this.#host.truncated(itemId, playedMs);
  }

  /** The client is gone. */
  leave(): void {
    this.#response?.abort.abort();
  }

  get #begun(): FakeTalk {
    if (!this.#talk) throw new Error('the session has not begun');
    return this.#talk;
  }

  #recognised(event: RecognisedEvent): void {
    switch (event.type) {
      case 'speech-started':
        this.#response?.abort.abort();
        this.#userItem = this.#host.nextId('user');
        this.#host.say(this, { type: 'speech-started', itemId: this.#userItem });
        return;
      case 'word':
        this.#host.heardWord(event.word.text);
        this.#tell(event.textSoFar, false);
        return;
      case 'sentence-ended':
        this.#response?.abort.abort();
        this.#host.say(this, { type: 'speech-ended', itemId: this.#userItem ?? '' });
        this.#tell(event.text, true);
        this.#begun.add({ role: 'user', text: event.text });
        this.#answer(undefined);
    }
  }

  #tell(text: string, final: boolean): void {
    this.#host.say(this, { type: 'user-transcript', itemId: this.#userItem ?? '', text, final });
  }

  /** One response after the other, each told to its end. */
  #answer(requestId: string | undefined): void {
    this.#last = this.#last.then(() => this.#respond(requestId));
  }

  async #respond(requestId: string | undefined): Promise<void> {
    const talk = this.#begun;
    const prompt = this.#shown(talk.prompt);
    const { reply, toolCalls } = this.#host.asked(prompt);
    const id = this.#host.nextId('resp');
    const response: Response = {
      id,
      itemId: this.#host.nextId('item'),
      abort: new AbortController(),
    };
    this.#response = response;
    this.#host.say(this, { type: 'response-started', responseId: id, requestId });
    const spoken: SpokenPiece[] = [];
    const ended = (): void => {
      talk.answered(response.itemId, spoken, response.abort.signal.aborted ? [] : toolCalls);
      if (this.#response === response) this.#response = undefined;
      this.#host.changed();
    };
    // What was said when it is interrupted is known at once, so that it can be cut.
    response.abort.signal.addEventListener('abort', ended, { once: true });
    await this.#speak(response, reply, prompt, spoken);
    if (response.abort.signal.aborted) {
      // Some of it was on its way already.
      const late = toneSpeech('late', this.#host.outputFormat).toBytes();
      this.#host.say(this, { type: 'audio', responseId: id, itemId: response.itemId, bytes: late });
      this.#done(id, 'interrupted', prompt, spoken);
      return;
    }
    if (reply.ending === 'cut') this.drop();
    if (reply.ending === 'cut' || reply.ending === 'stop') return;
    const failed = reply.ending === 'error';
    if (!failed)
      for (const call of toolCalls)
        this.#host.say(this, { type: 'tool-call', responseId: id, call });
    ended();
    this.#done(id, failed ? 'failed' : 'completed', prompt, spoken, reply.message);
  }

  async #speak(
    response: Response,
    reply: LLMReply,
    prompt: FakePrompt,
    spoken: SpokenPiece[],
  ): Promise<void> {
    const { text = '' } = reply;
    const said = typeof text === 'string' ? text : await text(prompt);
    const words = said.match(/\s*\S+\s*$|\s*\S+/g) ?? [];
    const { id: responseId, itemId } = response;
    const { signal } = response.abort;
    let endMs = 0;
    if (reply.holdAfter === 0) await this.#host.hold(signal);
    for (const [index, delta] of words.entries()) {
      if (signal.aborted) return;
      const pcm = toneSpeech(delta, this.#host.outputFormat);
      endMs += pcm.durationMs;
      spoken.push({ text: delta, endMs });
      await this.#voice(pcm.toBytes(), response);
      if (signal.aborted) return;
      this.#host.say(this, { type: 'agent-transcript', responseId, itemId, delta });
      // It holds at once, so that whoever has heard the piece can release it.
      if (index + 1 === reply.holdAfter) await this.#host.hold(signal);
    }
  }

  async #voice(bytes: Uint8Array, { id: responseId, itemId, abort }: Response): Promise<void> {
    for (let sent = 0; sent < bytes.length; sent += PIECE_BYTES) {
      const piece = bytes.subarray(sent, sent + PIECE_BYTES);
      this.#host.say(this, { type: 'audio', responseId, itemId, bytes: piece });
      await new Promise(setImmediate);
      if (abort.signal.aborted) return;
    }
  }

  #done(
    responseId: string,
    outcome: 'completed' | 'interrupted' | 'failed',
    prompt: FakePrompt,
    spoken: readonly SpokenPiece[],
    message = 'overloaded',
  ): void {
    const text = prompt.messages.map((said) => said.text).join(' ');
    const usage = { inputTokens: text.match(/\S+/g)?.length ?? 0, outputTokens: spoken.length };
    const why = outcome === 'failed' ? message : undefined;
    this.#host.say(this, { type: 'response-done', responseId, outcome, message: why, usage });
  }

  /** The frames that came since it was asked last are shown with what was said last. */
  #shown(prompt: FakePrompt): FakePrompt {
    const images = this.#images.splice(0);
    const last = prompt.messages.findLastIndex(({ role }) => role === 'user');
    const messages = prompt.messages.map((message, index) =>
      index === last ? { ...message, images: [...message.images, ...images] } : message,
    );
    return { ...prompt, messages };
  }
}
