import { checkAudioFormat } from '../audio/audio-format.ts';
import type { AudioFormat, PcmData } from '../audio/index.ts';
import { afterStart, closeOutputs, drain } from '../component/hooks.ts';
import { ownedMethods } from '../component/owned-methods.ts';
import { watchMethod } from '../component/watched-methods.ts';
import { within } from '../component/within.ts';
import { connectionPolicy, type ConnectionPolicy } from '../connection/connection-policy.ts';
import { ProviderError } from '../errors/provider-error.ts';
import type { Participant } from '../events/participant.ts';
import { answerOf, answerSignals } from '../llm/hooks.ts';
import { LLMResponseFinalEvent } from '../llm/llm-events.ts';
import type { LLMResponse, ResponseOptions } from '../llm/llm-response.ts';
import { speakerOf } from '../speaker/speaker-of.ts';
import type { Stream } from '../stream.ts';
import type { EncodedFrame } from '../video/video-frame.ts';
import { frameSeen } from '../vlm/hooks.ts';
import type { VideoLLMInit } from '../vlm/video-llm.ts';
import { AnswerChannel } from './answer-channel.ts';
import { CodecConnection } from './codec-connection.ts';
import { completePacing, type InputPacing } from './input-pacing.ts';
import type { RealtimeCodec, RealtimeSession } from './realtime-codec.ts';
import type { RealtimeCommand } from './realtime-command.ts';
import type { RealtimeEvent } from './realtime-event.ts';
import {
  RealtimeConnectedEvent,
  RealtimeDisconnectedEvent,
  RealtimeErrorEvent,
} from './realtime-events.ts';
import { RealtimeInput } from './realtime-input.ts';
import type { RealtimeOutput } from './realtime-output.ts';
import { RealtimeTalk } from './realtime-talk.ts';
import { flushSetup, SessionLLM, tellSetup } from './session-llm.ts';

export interface RealtimeInit extends Omit<VideoLLMInit, 'bufferSeconds'> {
  /** What the provider takes; the base converts to it. */
  inputFormat: AudioFormat;
  /** What the provider speaks, and what `audio-output` is in. */
  outputFormat: AudioFormat;
  /** Gives the audio on in real time, for a source that is faster, or a provider that has to hear silence. */
  inputPacing?: InputPacing | undefined;
  /** Where the provider needs other times or limits than the defaults. */
  connection?: Partial<ConnectionPolicy> | undefined;
}

/**
 * A speech-to-speech model: it hears, sees, calls functions and speaks by itself, in one session for all speakers.
 *
 * A plugin implements `createCodec()`: the provider's protocol, without its socket. One that has a transport of its own
 * overrides `connect()`, `sendCommand()` and `simpleAudioResponse()` instead, and tells what it hears with
 * `receive(event)`, `emitConnected()` and `emitDisconnected()`.
 *
 * Who has the word, interruption, what was heard, functions, the conversation and its replay, reconnection and pacing
 * are the base's.
 */
export abstract class Realtime extends SessionLLM {
  static override readonly [ownedMethods]: Readonly<Record<string, string>> = {
    interrupt: 'createCodec()',
    participantLeft: 'createCodec()',
    setPlayback: 'createCodec()',
  };

  override readonly category: string = 'realtime';
  readonly inputFormat: AudioFormat;
  readonly outputFormat: AudioFormat;
  readonly connection: Readonly<ConnectionPolicy>;
  /**
   * What is heard and said, in order. Of a turn that was interrupted nothing comes any more, not even what nobody has
   * read yet.
   */
  readonly output: Stream<RealtimeOutput>;

  protected override readonly errorEvent = RealtimeErrorEvent;

  readonly #talk: RealtimeTalk;
  readonly #input: RealtimeInput;
  readonly #told = new WeakSet<ProviderError>();
  #link: CodecConnection | undefined;
  #connected = false;
  #ignoredMessages = 0;

  /** @throws RangeError or TypeError for a format, a pacing or a time that can't be */
  constructor(init: RealtimeInit) {
    const { inputFormat, outputFormat, inputPacing, connection, ...rest } = init;
    // Frames are sent as they come: only the last is kept, to know what has changed.
    super({ ...rest, bufferSeconds: 1 / (init.fps ?? 1) });
    checkAudioFormat(inputFormat);
    checkAudioFormat(outputFormat);
    this.inputFormat = inputFormat;
    this.outputFormat = outputFormat;
    this.connection = Object.freeze(connectionPolicy(connection));
    this.#input = new RealtimeInput({
      format: inputFormat,
      pacing: inputPacing && completePacing(inputPacing),
      clock: () => this.clock,
      listened: () => this.#connected,
      deliver: (pcm) => this.#deliver(pcm),
      onError: (error, participant) => this.reportError(error, 'simpleAudioResponse', participant),
      letGo: (key) => this.participantLeft(key),
    });
    this.#talk = new RealtimeTalk({
      llm: this,
      provider: this.provider,
      outputFormat,
      maxToolRounds: this.maxToolRounds,
      conversation: this.conversation,
      metrics: this.metrics,
      clock: () => this.clock,
      speaker: () => this.#input.speaker,
      send: (command) => this.#tell(command),
      onError: (error, context, participant) => this.reportError(error, context, participant),
      onAnswered: (text, turnId) =>
        this.emit(LLMResponseFinalEvent, { text, model: this.model, turnId }),
    });
    this.output = this.#talk.outputs.stream;
    // A plugin may override simpleAudioResponse(). What callers reach is this one, which converts and paces.
    watchMethod(this, 'simpleAudioResponse', (pcm: PcmData, participant?: Participant) =>
      this.#hear(pcm, participant),
    );
  }

  /**
   * Raised by each interruption. Audio of a lower one is stale: it does not come out of `output` any more. But what was
   * handed to a waiting reader in the same breath can't be taken back, so who plays audio compares its epoch. Other items
   * are as true as before.
   */
  get epoch(): number {
    return this.#talk.dialogue.epoch;
  }

  /** Whether there is a session. */
  get connected(): boolean {
    return this.#connected;
  }

  /** Audio that was accepted, or came after `close()`, and was given up, in milliseconds. */
  get droppedMs(): number {
    return this.#input.droppedMs + (this.#link?.droppedMs ?? 0);
  }

  /** Audio that was sent, and is not known to have arrived because its connection was cut, in milliseconds: what may have been lost, at most. */
  get unconfirmedMs(): number {
    return this.#link?.unconfirmedMs ?? 0;
  }

  /** Messages of a type that the plugin does not know. */
  get ignoredMessages(): number {
    return this.#ignoredMessages;
  }

  /**
   * Takes audio of any rate and number of channels, and returns at once; what comes of it is put out by `output`. Before
   * there is a session it waits; after `close()` it is dropped and counted.
   *
   * As a plugin overrides it, the audio has the provider's format, of all speakers together.
   *
   * @param participant whose voice it is; the audio's own participant unless given
   * @throws TypeError for anything but `PcmData`
   */
  simpleAudioResponse(
    pcm: PcmData,
    _participant?: Participant,
    _options?: { signal: AbortSignal },
  ): void {
    this.#link?.sendAudio(pcm);
  }

  /**
   * Asks for an answer to a text, which is spoken: its audio comes out of `output`, its words are yielded here as well.
   * It waits for what is being answered; to have the word at once, `interrupt()` first. Everything else is as for `LLM`.
   */
  override async *simpleResponse(
    text: string,
    options: ResponseOptions = {},
  ): AsyncGenerator<LLMResponse, void, undefined> {
    const { turnId, context, draft, made, signal } = this[answerOf](options);
    this.#link?.wake();
    const { unreachable } = this.#link ?? {};
    if (unreachable) throw unreachable;
    const { participant, images = [] } = options;
    const record = new AnswerChannel({ turnId, draft, conversation: this.conversation });
    const question = { text, images, context, participant, turnId, made, record };
    const turn = this.#talk.dialogue.ask(question);
    const leave = (): void => {
      this.#talk.dialogue.abandon(turn);
      record.close();
    };
    signal.addEventListener('abort', leave, { once: true });
    try {
      yield* record.read();
    } finally {
      leave();
    }
  }

  /**
   * Silences the agent at once: nothing of what was asked or is being said comes out of `output` any more, also what is
   * on its way. The provider is told to stop, and what was heard by then: the conversation keeps just that. When the
   * provider itself hears a user begin to speak, the same is done.
   *
   * @param options.playedMs how much of the turn that is heard was played, in milliseconds; unless given, what
   * `setPlayback()` says, or as long as it takes since its first audio came
   */
  async interrupt(options: { playedMs?: number | undefined } = {}): Promise<void> {
    this.#talk.dialogue.interrupt({ playedMs: options.playedMs });
  }

  /** Who plays the audio says here how much of a turn was heard, in milliseconds: whenever it is interrupted. */
  setPlayback(playedMs: ((turnId: string) => number | undefined) | undefined): void {
    this.#talk.playback = playedMs;
  }

  /** Lets go of what is kept for this speaker, once the audio that was given is processed. */
  participantLeft(participantId: string): void {
    this.spawn('participant left', () => this.#input.leave(participantId));
  }

  /** The provider's protocol. Called for each connection, also when it is made again. */
  protected createCodec(): RealtimeCodec {
    throw new TypeError(
      `${this.constructor.name} has no createCodec(). Implement it, or override connect()`,
    );
  }

  /** Makes the session, and resolves once it is accepted. What it throws fails the start. */
  protected async connect({ signal }: { signal: AbortSignal }): Promise<void> {
    const link: CodecConnection = new CodecConnection({
      provider: this.provider,
      policy: this.connection,
      clock: this.clock,
      createCodec: () => this.createCodec(),
      session: () => this.setup,
      onConnected: (event) => this.emitConnected(event),
      onDisconnected: (event) => this.emitDisconnected(event),
      onEvent: (event) => this.receive(event),
      onError: (error, context, { forGood }) => {
        this.reportError(error, context);
        if (forGood) this.#talk.dialogue.lost(error, { forGood });
      },
      onStateChange: ({ from, to }) => this.debug(`connection ${to}`, { from }),
      onIgnored: () => {
        this.#ignoredMessages += 1;
      },
    });
    this.#link = link;
    await link.open({ signal });
  }

  /** Tells the provider; false when it can't be told now. */
  protected sendCommand(command: RealtimeCommand): boolean {
    return this.#link?.send(command) ?? false;
  }

  /** Takes what the provider says. */
  protected receive(event: RealtimeEvent): void {
    if (!this.output.closed) this.#talk.dialogue.handle(event);
  }

  /** There is a session. One that was not resumed is told what was said so far. */
  protected emitConnected(event: { sessionId?: string | undefined; resumed?: boolean } = {}): void {
    const { sessionId, resumed = false } = event;
    this.#connected = true;
    this.#talk.meter.connected(this.clock.now());
    const { messages } = this.conversation;
    if (!resumed && messages.length > 0) this.sendCommand({ type: 'history', messages });
    this.emit(RealtimeConnectedEvent, { sessionId, resumed });
    this.#talk.dialogue.connected({ resumed });
  }

  /** The session is gone. */
  protected emitDisconnected(event: {
    reason: string;
    clean: boolean;
    unconfirmedMs?: number | undefined;
  }): void {
    const { reason, clean, unconfirmedMs = 0 } = event;
    this.#connected = false;
    this.#talk.meter.disconnected(this.clock.now());
    const { provider } = this;
    const error = new ProviderError({ provider, kind: 'network', message: reason });
    // A connection of ours tells it as its own error.
    if (clean || this.#link) this.#told.add(error);
    this.reportError(error, 'connection lost');
    this.#talk.dialogue.lost(error, { forGood: clean });
    this.emit(RealtimeDisconnectedEvent, { reason, clean, unconfirmedMs });
  }

  /** The agent says this: `PcmData`, or bytes of `outputFormat`, cut anywhere. */
  protected emitAudioOutput(
    audio: PcmData | Uint8Array,
    options: { responseId?: string | undefined; itemId?: string | undefined } = {},
  ): void {
    this.receive({ type: 'audio', audio, ...options });
  }

  /** A failure that was told of already, by the connection or by the turn, is not told twice. */
  protected override reportError(error: unknown, context: string, participant?: Participant): void {
    const told = ProviderError.from(error, this.provider);
    if (this.#told.has(told)) return;
    this.#told.add(told);
    super.reportError(told, context, participant);
  }

  protected override async onStart({ signal }: { signal: AbortSignal }): Promise<void> {
    await this.connect({ signal });
  }

  override [tellSetup](setup: Pick<RealtimeSession, 'instructions' | 'tools'>): void {
    if (this.#connected) this.sendCommand({ type: 'session-update', ...setup });
  }

  #tell(command: RealtimeCommand): boolean {
    this[flushSetup]();
    return this.sendCommand(command);
  }

  #hear(pcm: PcmData, participant: Participant | undefined): void {
    const speaker = speakerOf('simpleAudioResponse()', pcm, participant);
    if (this.closed) this.#input.drop(pcm);
    else this.#input.write(pcm, speaker);
  }

  /** Gives audio to the plugin: its own `simpleAudioResponse()`, or that of this class. */
  #deliver(pcm: PcmData): void {
    const plugin: Pick<Realtime, 'simpleAudioResponse'> = Object.getPrototypeOf(this);
    this.#talk.meter.input(pcm);
    const { signal } = this;
    const give = async (): Promise<void> =>
      plugin.simpleAudioResponse.call(this, pcm, this.#input.speaker, { signal });
    give().catch((error: unknown) => this.reportError(error, 'simpleAudioResponse'));
  }

  override [answerSignals](): readonly AbortSignal[] {
    return [this.#talk.interruption];
  }

  override [frameSeen](frame: EncodedFrame): void {
    if (this.#connected) this.sendCommand({ type: 'video-frame', frame });
  }

  override [afterStart](): void {
    this.#input.open();
  }

  override async [drain](options: { timeoutMs: number }): Promise<void> {
    const timeoutMs = options.timeoutMs / 2;
    const answers = within(this.clock, timeoutMs, super[drain](options));
    await Promise.all([this.#input.close({ timeoutMs }), answers]);
    this.#talk.dialogue.close();
    await this.#link?.close({ timeoutMs });
  }

  override [closeOutputs](): void {
    this.output.close();
  }
}
