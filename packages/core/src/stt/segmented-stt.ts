import type { PcmData } from '../audio/index.ts';
import { drain } from '../component/hooks.ts';
import { ownedMethods } from '../component/owned-methods.ts';
import { within } from '../component/within.ts';
import { ProviderError } from '../errors/provider-error.ts';
import type { Participant } from '../events/participant.ts';
import { speakerKey } from '../speaker/speaker-of.ts';
import { OrderedRequests } from './ordered-requests.ts';
import { STT, speakerLeft, type STTInit } from './stt.ts';
import type { TranscriptDetails } from './stt-output.ts';
import { defaultSegmentation, UtteranceCutter, type Segmentation } from './utterance-cutter.ts';

/** Requests of one speaker that may be under way at once. */
const MAX_REQUESTS = 2;
/** Utterances of one speaker that can wait for a request. */
const MAX_WAITING = 4;

export interface SegmentedSTTInit extends STTInit {
  /** Where utterances begin and end, where it is not the default. */
  segmentation?: Partial<Segmentation> | undefined;
}

/** What the provider made of an utterance. */
export type Transcription = { text: string } & TranscriptDetails;

interface Speaker {
  readonly participant: Participant | undefined;
  readonly cutter: UtteranceCutter;
  readonly requests: OrderedRequests<PcmData, TimedTranscription>;
}

type TimedTranscription = Transcription & { processingTimeMs: number };

/**
 * Speech-to-text with one request for each utterance.
 *
 * A plugin implements `transcribe()`. Where utterances begin and end is decided here: by loudness, or by
 * `turnStarted()` and `turnEnded()`.
 */
export abstract class SegmentedSTT extends STT {
  static override readonly [ownedMethods]: Readonly<Record<string, string>> = {
    processAudio: 'transcribe()',
    turnStarted: 'transcribe()',
    turnEnded: 'transcribe()',
  };

  readonly segmentation: Readonly<Segmentation>;
  readonly #speakers = new Map<string, Speaker>();
  readonly #leaving = new Set<Speaker>();
  #lastRequest: Promise<unknown> = Promise.resolve();
  #droppedMs = 0;
  #refused = false;

  constructor(init: SegmentedSTTInit) {
    const { segmentation, ...rest } = init;
    super(rest);
    this.segmentation = { ...defaultSegmentation, ...segmentation };
  }

  override get droppedMs(): number {
    return super.droppedMs + this.#droppedMs;
  }

  /** The speaker began, as a turn detector has it. Only with `segmentation.by: 'turns'`. */
  turnStarted(participant?: Participant): void {
    this.#speaker(participant).cutter.turnStarted();
  }

  /** The speaker ended, as a turn detector has it: the utterance is transcribed. */
  turnEnded(participant?: Participant): void {
    const { cutter, requests } = this.#speaker(participant);
    const utterance = cutter.turnEnded();
    if (utterance) this.#add(requests, utterance);
  }

  /** One utterance of one speaker, in the provider's format. A result without text puts out nothing. */
  protected abstract transcribe(
    utterance: PcmData,
    options: { participant: Participant | undefined; signal: AbortSignal },
  ): Promise<Transcription | string | undefined>;

  protected override processAudio(pcm: PcmData, participant: Participant | undefined): void {
    const { cutter, requests } = this.#speaker(participant);
    for (const utterance of cutter.push(pcm)) this.#add(requests, utterance);
  }

  #speaker(participant: Participant | undefined): Speaker {
    const key = speakerKey(participant);
    let speaker = this.#speakers.get(key);
    if (!speaker) {
      speaker = {
        participant,
        cutter: new UtteranceCutter(this.inputFormat, this.segmentation),
        requests: this.#newRequests(participant),
      };
      this.#speakers.set(key, speaker);
    }
    return speaker;
  }

  #newRequests(participant: Participant | undefined): Speaker['requests'] {
    return new OrderedRequests({
      concurrency: MAX_REQUESTS,
      maxWaiting: MAX_WAITING,
      run: (utterance) => this.#request(utterance, participant),
      onResult: (utterance, { text, ...details }) => {
        const audioDurationMs = utterance.durationMs;
        this.emitTranscript(text, participant, { audioDurationMs, ...details });
      },
      onError: (utterance, error) => {
        this.#droppedMs += utterance.durationMs;
        if (ProviderError.isInstance(error) && error.kind === 'auth') this.#refused = true;
        if (!this.signal.aborted) this.reportError(error, 'transcribe', participant);
      },
      onDropped: (utterance) => {
        this.#droppedMs += utterance.durationMs;
      },
    });
  }

  /** A key that was refused stays refused: it is not tried again. */
  #add(requests: Speaker['requests'], utterance: PcmData): void {
    if (this.#refused) this.#droppedMs += utterance.durationMs;
    else requests.add(utterance);
  }

  #request(utterance: PcmData, participant: Participant | undefined): Promise<TimedTranscription> {
    if (!this.serial) return this.#transcribe(utterance, participant);
    const transcribe = (): Promise<TimedTranscription> => this.#transcribe(utterance, participant);
    const request = this.#lastRequest.then(transcribe, transcribe);
    this.#lastRequest = request;
    return request;
  }

  async #transcribe(
    utterance: PcmData,
    participant: Participant | undefined,
  ): Promise<TimedTranscription> {
    this.signal.throwIfAborted();
    const startedMs = this.clock.now();
    const result = await this.transcribe(utterance, { participant, signal: this.signal });
    const transcription: Transcription =
      typeof result === 'object' ? result : { text: result ?? '' };
    const tookMs = this.clock.now() - startedMs;
    return { ...transcription, processingTimeMs: transcription.processingTimeMs ?? tookMs };
  }

  async #finish({ cutter, requests }: Speaker): Promise<void> {
    const utterance = cutter.flush();
    if (utterance) this.#add(requests, utterance);
    await requests.idle();
  }

  override async [speakerLeft](key: string): Promise<void> {
    await super[speakerLeft](key);
    const speaker = this.#speakers.get(key);
    if (!speaker) return;
    // At once, so that a speaker who comes back meanwhile begins anew.
    this.#speakers.delete(key);
    this.#leaving.add(speaker);
    await this.#finish(speaker);
    this.#leaving.delete(speaker);
  }

  override async [drain](options: { timeoutMs: number }): Promise<void> {
    await super[drain](options);
    const speakers = [...this.#speakers.values()];
    const finished = Promise.all(speakers.map((speaker) => this.#finish(speaker)));
    await within(this.clock, options.timeoutMs, finished);
    for (const { requests } of [...speakers, ...this.#leaving]) {
      requests.drop();
      this.spawn('transcribing', () => requests.idle());
    }
  }
}
