import { strict as assert } from 'node:assert';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  BaseEvent,
  ComponentErrorEvent,
  type Component,
  type Participant,
  type Turn,
  type TurnContext,
  type TurnDetector,
} from '@vision-agents/core';
import { PcmData } from '@vision-agents/core/audio';
import { VirtualClock } from '../clock/index.ts';
import { Changes } from '../contract/changes.ts';
import type { ComponentBench } from '../contract/component-rules.ts';
import { tally } from '../contract/explain.ts';
import { recordings } from '../speech/index.ts';

/** What a contract suite needs to know of a plugin. */
export interface TurnDetectorSubject {
  /** A new instance, with everything that it needs to work offline. */
  create(): TurnDetector<unknown>;
  /** A pause of so long after a sentence ends its turn, in milliseconds; 1500 unless given. */
  pauseMs?: number | undefined;
}

/** One frame as the plugin was given it. */
export interface SeenFrame {
  readonly pcm: PcmData;
  readonly participant: Participant | undefined;
  readonly state: unknown;
}

/** A turn item, and how much audio of its speaker had been looked at when it came out. */
export type SeenTurn = Turn & { readonly atMs: number };

/** One instance under test, with everything that went into it and came out. */
export interface ObservedDetector {
  readonly detector: TurnDetector<unknown>;
  readonly frames: readonly SeenFrame[];
  readonly turns: readonly SeenTurn[];
  readonly events: readonly BaseEvent[];
  readonly errors: readonly ComponentErrorEvent[];
  /** Frames that are looked at just now. */
  readonly busy: ReadonlySet<SeenFrame>;
  /** What a rule does in front of the plugin's own `processAudio()`. */
  before: (frame: SeenFrame, context: TurnContext<unknown>) => Promise<void> | void;
}

const CHUNK_MS = 20;
/** So much may wait for the rest of its frame, and in a resampler. */
const UNSEEN_MS = 120;
const CLOSE_MS = 15_000;
const CLOSE_STEP_MS = 100;

/** What a rule works with: instances on a virtual clock, what they are given and tell, and ways to speak and to wait. */
export class TurnBench implements ComponentBench {
  readonly clock: VirtualClock = new VirtualClock();
  readonly pauseMs: number;
  readonly #create: () => TurnDetector<unknown>;
  readonly #changes = new Changes();
  readonly #made = new Map<Component, ObservedDetector>();

  constructor(subject: TurnDetectorSubject) {
    this.#create = () => subject.create();
    this.pauseMs = subject.pauseMs ?? 1_500;
  }

  /** A new instance, not yet started. */
  create(): ObservedDetector {
    const detector = this.#create();
    detector.useClock(this.clock);
    const turns: SeenTurn[] = [];
    const events: BaseEvent[] = [];
    const errors: ComponentErrorEvent[] = [];
    const frames: SeenFrame[] = [];
    const busy = new Set<SeenFrame>();
    const observed: ObservedDetector = {
      detector,
      frames,
      turns,
      events,
      errors,
      busy,
      before: () => undefined,
    };
    detector.events.on(ComponentErrorEvent, (event) => void errors.push(event));
    detector.events.on(BaseEvent, (event) => {
      events.push(event);
      this.#changes.notify();
    });
    void (async () => {
      for await (const turn of detector.output) {
        turns.push({ ...turn, atMs: lookedAtMs(frames, turn.participant) });
        this.#changes.notify();
      }
    })();
    this.#watchFrames(observed, frames, busy);
    this.#made.set(detector, observed);
    return observed;
  }

  async start(): Promise<ObservedDetector> {
    const observed = this.create();
    await observed.detector.start();
    return observed;
  }

  /** A sentence of `ada`, from a little before its first word to its last. */
  sentence(index: 0 | 1 = 0, sampleRate: 16_000 | 48_000 = 16_000): PcmData {
    const sentence = recordings.ada.sentences[index];
    assert(sentence);
    return recordings.ada.pcm(sampleRate).slice(sentence.startMs - 200, sentence.endMs);
  }

  /** The same, with the pause that ends a turn. */
  sentenceAndPause(index: 0 | 1 = 0): PcmData {
    const pcm = this.sentence(index);
    return PcmData.concat([pcm, PcmData.silence(this.pauseMs, pcm)]);
  }

  /** Speaks in chunks of 20 ms, which time on the clock passes with, no faster than the plugin looks at them. */
  speak(
    observed: ObservedDetector,
    pcm: PcmData,
    participant?: Participant,
    options: { until?: () => boolean } = {},
  ): Promise<void> {
    return this.speakTogether(observed, [{ pcm, participant }], options);
  }

  /** The same for several speakers at once. */
  async speakTogether(
    observed: ObservedDetector,
    voices: readonly { pcm: PcmData; participant?: Participant | undefined }[],
    options: { until?: () => boolean } = {},
  ): Promise<void> {
    const { detector, frames } = observed;
    const speaking = voices.map(({ pcm, participant }) => ({
      participant,
      chunks: pcm.chunks(Math.round((pcm.sampleRate * CHUNK_MS) / 1_000)),
      toBeSeenMs: lookedAtMs(frames, participant) - UNSEEN_MS,
    }));
    for (let isOver = false; !isOver && !options.until?.();) {
      isOver = true;
      for (const voice of speaking) {
        const { value: chunk } = voice.chunks.next();
        if (!chunk) continue;
        isOver = false;
        detector.send(chunk, voice.participant);
        voice.toBeSeenMs += chunk.durationMs;
      }
      await this.clock.advance(CHUNK_MS);
      await this.#changes.until('the plugin looks at the audio that it is given', () =>
        speaking.every(
          ({ participant, toBeSeenMs }) => lookedAtMs(frames, participant) >= toBeSeenMs,
        ),
      );
    }
    await this.idle(observed);
  }

  /** Waits until the plugin has looked at all that it was given. No time passes on the clock. */
  async idle({ busy }: ObservedDetector): Promise<void> {
    do {
      await this.#changes.until('the plugin is done with its last frame', () => busy.size === 0);
      await this.clock.settle();
    } while (busy.size > 0);
  }

  /** Speaks until the plugin has told that a turn has started. */
  async speakUntilStarted(
    observed: ObservedDetector,
    participant?: Participant,
  ): Promise<SeenTurn> {
    const before = observed.turns.length;
    const started = (): SeenTurn | undefined =>
      observed.turns.slice(before).find(({ type }) => type === 'turn-started');
    await this.speak(observed, this.sentence(), participant, {
      until: () => started() !== undefined,
    });
    return this.until('a turn starts while a sentence is spoken', started);
  }

  /** Resolves when the condition holds; it is looked at whenever a frame comes in or something comes out. */
  until<T>(what: string, condition: () => T | undefined | false, timeoutMs = 5_000): Promise<T> {
    return this.#changes.until(what, condition, { timeoutMs });
  }

  make(): Component {
    return this.create().detector;
  }

  async work(component: Component): Promise<void> {
    const observed = this.#made.get(component);
    assert(observed, 'the instance is one that the bench has made');
    await this.speak(observed, this.sentence().slice(0, 1_000));
  }

  /** A thread takes real time to end, so time on the clock passes slowly. */
  async close(component: Component): Promise<void> {
    const progress = { done: false };
    const closing = component.close().finally(() => {
      progress.done = true;
    });
    for (let passedMs = 0; !progress.done; passedMs += CLOSE_STEP_MS) {
      assert(passedMs < CLOSE_MS, `close() is not done after ${CLOSE_MS} ms`);
      await Promise.race([closing, sleep(CLOSE_STEP_MS / 2)]);
      if (!progress.done) await this.clock.advance(CLOSE_STEP_MS);
    }
    await closing;
  }

  async told(component: Component, withinMs: number): Promise<string | undefined> {
    const observed = this.#made.get(component);
    assert(observed, 'the instance is one that the bench has made');
    // What was put out before is read in the next turn of the event loop.
    await this.clock.settle();
    const { turns, events } = observed;
    const before = { turns: turns.length, events: events.length };
    const told = (): string | undefined =>
      turns.slice(before.turns).map(({ type }) => type)[0] ??
      events.slice(before.events).map((event) => event.constructor.name)[0];
    return this.until('something is told', told, withinMs).catch(() => undefined);
  }

  /** What was seen so far, for who has to find out why a rule failed. */
  evidence(): string[] {
    const made = [...this.#made.values()];
    const errors = made.flatMap(({ errors: told }) =>
      told.map(({ error, context }) => `${error.kind}, ${context}: ${error.message}`),
    );
    const droppedMs = made.reduce((sum, { detector }) => sum + detector.droppedMs, 0);
    const turns = made.flatMap((observed) =>
      observed.turns.map(({ type, atMs, participant }) => {
        const who = participant ? ` of ${participant.id}` : '';
        return `${type}${who} after ${Math.round(atMs)} ms`;
      }),
    );
    return [
      ...(errors.length === 0 ? ['The plugin told of no error.'] : []),
      ...tally(errors).map((error) => `The plugin told of an error: ${error}`),
      `The plugin was given ${made.reduce((sum, { frames }) => sum + frames.length, 0)} frame(s).`,
      turns.length === 0
        ? 'The plugin told of no turn.'
        : `The plugin told last: ${turns.slice(-6).join(', ')}`,
      ...(droppedMs === 0 ? [] : [`The plugin dropped ${Math.round(droppedMs)} ms of audio.`]),
    ];
  }

  /** Closes what the rule left open. */
  async cleanUp(): Promise<void> {
    for (const observed of this.#made.values()) {
      observed.before = () => undefined;
      await this.close(observed.detector).catch(() => undefined);
    }
  }

  /** Sees each frame on its way into the plugin: nothing of the plugin's own has to be there for that. */
  #watchFrames(observed: ObservedDetector, frames: SeenFrame[], busy: Set<SeenFrame>): void {
    const { detector } = observed;
    const original: unknown = Reflect.get(detector, 'processAudio');
    assert(typeof original === 'function', 'a turn detector implements processAudio()');
    const process = async (
      pcm: PcmData,
      participant: Participant | undefined,
      context: TurnContext<unknown>,
    ): Promise<void> => {
      const frame: SeenFrame = { pcm, participant, state: context.state };
      frames.push(frame);
      busy.add(frame);
      this.#changes.notify();
      try {
        await observed.before(frame, context);
        await Reflect.apply(original, detector, [pcm, participant, context]);
      } finally {
        busy.delete(frame);
        this.#changes.notify();
      }
    };
    Object.defineProperty(detector, 'processAudio', { value: process, configurable: true });
  }
}

function lookedAtMs(frames: readonly SeenFrame[], participant: Participant | undefined): number {
  let sum = 0;
  for (const frame of frames)
    if (frame.participant?.id === participant?.id) sum += frame.pcm.durationMs;
  return sum;
}
