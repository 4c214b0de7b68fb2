import { strict as assert } from 'node:assert';
import type { Participant, Realtime, RealtimeOutput } from '@vision-agents/core';
import { PcmData } from '@vision-agents/core/audio';
import { Changes } from '../contract/changes.ts';
import type { LLMReply, RealtimeFake } from '../fake/index.ts';
import type { ObservedLLM, Reading } from '../llm/llm-bench.ts';
import { readToneSpeech, recordings } from '../speech/index.ts';
import { VLMBench } from '../vlm/vlm-bench.ts';

/** What a contract suite needs to know of a speech-to-speech plugin. */
export interface RealtimeSubject<Provider extends RealtimeFake = RealtimeFake> {
  /** A new instance that talks to the fake provider, with every credential it needs. */
  create(provider: Provider): Realtime;
  /** The plugin's own fake. */
  provider: Provider;
  /** False when the model can't see. */
  video?: boolean | undefined;
  /** What its images fit into, in pixels; 800×600 unless given. */
  imageBounds?: { width: number; height: number } | undefined;
}

/** One instance under test, with everything that came out of it. */
export interface ObservedRealtime extends ObservedLLM {
  readonly realtime: Realtime;
  readonly items: readonly RealtimeOutput[];
}

export const ada: Participant = { id: 'session-1', userId: 'user-1', name: 'Ada' };
/** What Ada says in her first sentence. */
export const SENTENCE = 'Good morning, I would like to book a table for two.';
/** So long an answer is still under way when something happens to it. */
export const LONG_REPLY = 'Umbrellas are recommended for tomorrow, and for the day after it.';

const CHUNK_MS = 20;
const PAUSE_MS = 500;

/** What the rules of a speech-to-speech model work with: those of a model that sees, a voice to speak to it, and its own. */
export class RealtimeBench extends VLMBench {
  override readonly provider: RealtimeFake;
  readonly #made: Realtime[];
  readonly #outputs = new Changes();

  constructor(subject: RealtimeSubject) {
    const made: Realtime[] = [];
    const { provider, imageBounds } = subject;
    const create = (): Realtime => {
      const realtime = subject.create(provider);
      made.push(realtime);
      return realtime;
    };
    super({ provider, create, imageBounds });
    this.provider = provider;
    this.#made = made;
  }

  /** A new instance, not yet started. */
  createRealtime(): ObservedRealtime {
    const observed = this.create();
    const realtime = this.#made.at(-1);
    assert(realtime, 'the subject made no instance');
    const items: RealtimeOutput[] = [];
    void (async () => {
      for await (const item of realtime.output) {
        items.push(item);
        this.#outputs.notify();
      }
    })();
    return { ...observed, realtime, items };
  }

  async startRealtime(): Promise<ObservedRealtime> {
    const observed = this.createRealtime();
    await observed.realtime.start();
    return observed;
  }

  /** Says a sentence of a recording, faster than it was spoken, and then nothing for half a second. */
  async speak(
    realtime: Realtime,
    options: {
      sentence?: 0 | 1 | undefined;
      participant?: Participant | undefined;
      /** What the audio is given as: mono s16 at 48 kHz unless given. */
      as?: ((pcm: PcmData) => PcmData) | undefined;
      /** Only its beginning. */
      untilMs?: number | undefined;
    } = {},
  ): Promise<void> {
    const { sentence = 0, participant = ada, as = (pcm) => pcm, untilMs } = options;
    const { startMs = 0, endMs = 0 } = recordings.ada.sentences[sentence] ?? {};
    const said = recordings.ada.pcm(48_000).slice(startMs - 100, untilMs ?? endMs + 20);
    const pause = PcmData.silence(untilMs === undefined ? PAUSE_MS : CHUNK_MS, said);
    const whole = as(PcmData.concat([said, pause]));
    for (const chunk of whole.chunks((whole.sampleRate * CHUNK_MS) / 1_000)) {
      realtime.simpleAudioResponse(chunk, participant);
      await new Promise(setImmediate);
    }
  }

  /** Speaks, and waits until the answer has ended. */
  async talk(observed: ObservedRealtime, reply?: string): Promise<string> {
    if (reply !== undefined) this.provider.reply({ text: reply });
    const from = observed.items.length;
    await this.speak(observed.realtime);
    await this.ended(observed, from);
    return observed.items.slice(from).find(isDone)?.turnId ?? '';
  }

  /** Waits until audio has ended after so many items. */
  ended({ items }: ObservedRealtime, from = 0): Promise<RealtimeOutput> {
    return this.output('the audio of an answer ends', () => items.slice(from).find(isDone));
  }

  /** Asks for an answer that falls silent in the middle, and waits until so much of it was heard. */
  async holdAnswer(
    observed: ObservedRealtime,
    options: { reply?: LLMReply; turnId?: string } = {},
  ): Promise<Reading> {
    const { reply = { text: LONG_REPLY, holdAfter: 4 }, turnId } = options;
    const from = observed.items.length;
    this.provider.reply(reply);
    const reading = this.read(observed.llm, 'What is the weather?', {
      ...(turnId !== undefined && { turnId }),
    });
    await this.output('four words of the answer come', () => {
      const words = observed.items.slice(from).findLast(isAgentText)?.text.split(' ').length ?? 0;
      return words >= 4;
    });
    return reading;
  }

  /** Resolves when the condition holds; it is looked at whenever something comes out of `output`. */
  output<T>(what: string, condition: () => T | undefined | false, timeoutMs?: number): Promise<T> {
    return this.#outputs.until(what, condition, { timeoutMs });
  }

  /** Waits until nothing more is said. */
  quiet(): Promise<boolean> {
    return this.provider.changes.until(
      'the provider is told to stop',
      () => this.provider.responding === 0,
      { timeoutMs: 2_000 },
    );
  }

  /** It still works: the next text is answered, in words and in its own audio. */
  async goesOn(observed: ObservedRealtime): Promise<void> {
    const from = observed.items.length;
    this.provider.accept();
    this.provider.release();
    const { text } = await this.ask(observed.llm, 'And now?');
    assert.equal(text, 'You said: And now?', 'the next text must be answered');
    await this.ended(observed, from);
    const spoken = spokenIn(observed.items.slice(from));
    assert.equal(spoken, 'You said: And now?', 'nothing but its answer may be heard');
  }
}

export function isDone(
  item: RealtimeOutput,
): item is Extract<RealtimeOutput, { type: 'audio-output-done' }> {
  return item.type === 'audio-output-done';
}

export function isAgentText(
  item: RealtimeOutput,
): item is Extract<RealtimeOutput, { type: 'agent-transcript' }> {
  return item.type === 'agent-transcript';
}

export function isUserText(
  item: RealtimeOutput,
): item is Extract<RealtimeOutput, { type: 'user-transcript' }> {
  return item.type === 'user-transcript';
}

/** The audio among the items as one; undefined when there is none. */
export function audioOf(items: readonly RealtimeOutput[]): PcmData | undefined {
  const parts = items.flatMap((item) => (item.type === 'audio-output' ? [item.pcm] : []));
  return parts.length === 0 ? undefined : PcmData.concat(parts);
}

/** The text that is heard in the audio among the items. */
export function spokenIn(items: readonly RealtimeOutput[]): string {
  const pcm = audioOf(items);
  return pcm ? readToneSpeech(pcm) : '';
}
