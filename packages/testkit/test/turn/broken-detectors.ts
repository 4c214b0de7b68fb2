import {
  ComponentErrorEvent,
  PcmData,
  ProviderError,
  TurnDetectorErrorEvent,
  type Participant,
  type TurnContext,
  type TurnDetails,
  type TurnDetector,
} from '@vision-agents/core';
import { declare, filterEvents, mapOutput, replace } from './alter-detector.ts';
import {
  ReferenceTurnDetector,
  type DetectorInput,
  type Voice,
} from './reference-turn-detector.ts';

type Detector = TurnDetector<unknown>;

const good = (): Detector => new ReferenceTurnDetector();

/** How often the reference says that it hears a voice, in a second of one. */
const SAYS_A_SECOND = 31;

class TakesAnyOption extends ReferenceTurnDetector {
  constructor({ level }: DetectorInput = {}) {
    super({ level });
  }
}

/** Waits until somebody has spoken for more than a second. */
class StartsLate extends ReferenceTurnDetector {
  readonly #heard = new Map<string | undefined, number>();

  protected override emitTurnStarted(participant?: Participant, details?: TurnDetails): void {
    const heard = (this.#heard.get(participant?.id) ?? 0) + 1;
    this.#heard.set(participant?.id, heard);
    if (heard > 1.1 * SAYS_A_SECOND) super.emitTurnStarted(participant, details);
  }

  protected override emitTurnEnded(participant?: Participant, details?: TurnDetails): void {
    this.#heard.delete(participant?.id);
    super.emitTurnEnded(participant, details);
  }
}

/** Ends a turn while its speaker still speaks. */
class EndsEarly extends ReferenceTurnDetector {
  readonly #heard = new Map<string | undefined, number>();

  protected override emitTurnStarted(participant?: Participant, details?: TurnDetails): void {
    const heard = (this.#heard.get(participant?.id) ?? 0) + 1;
    this.#heard.set(participant?.id, heard);
    if (heard === SAYS_A_SECOND) super.emitTurnEnded(participant, details);
    else if (heard < SAYS_A_SECOND) super.emitTurnStarted(participant, details);
  }

  protected override emitTurnEnded(participant?: Participant, details?: TurnDetails): void {
    this.#heard.delete(participant?.id);
    super.emitTurnEnded(participant, details);
  }
}

/** Takes a room where nobody has spoken for a second for a voice. */
class HearsVoices extends ReferenceTurnDetector {
  protected override async processAudio(
    pcm: PcmData,
    participant: Participant | undefined,
    context: TurnContext<Voice>,
  ): Promise<void> {
    const { state } = context;
    await super.processAudio(pcm, participant, context);
    if (state.loudMs > 0) state.quietMs = 0;
    if (participant === undefined && state.quietMs > 1_900) this.emitTurnStarted(participant);
  }
}

/** A plugin with one fault each, by the rule that finds it. */
export const brokenDetectors: Readonly<Record<string, () => Detector>> = {
  'starts-once': () => {
    let starts = 0;
    return replace(good(), 'start', (start) => async () => {
      starts += 1;
      if (starts > 1) throw new Error('already started');
      await start();
    });
  },
  'closes-once': () => {
    let closes = 0;
    return replace(good(), 'close', (close) => async () => {
      closes += 1;
      const again = closes > 1;
      await close();
      if (again) throw new Error('already closed');
    });
  },
  'stays-closed': () => {
    const detector = good();
    return replace(detector, 'start', (start) => async () => {
      if (!detector.closed) await start();
    });
  },
  'quiet-after-close': () => {
    const detector = good();
    return replace(detector, 'close', (close) => async () => {
      const isFirst = !detector.closed;
      await close();
      if (isFirst) setTimeout(() => detector.events.send(new TurnDetectorErrorEvent()), 20);
    });
  },
  'leaves-no-handle': () =>
    replace(good(), 'start', (start) => async () => {
      setTimeout(() => undefined, 30_000);
      await start();
    }),
  'reads-environment-once': () =>
    replace(good(), 'send', (send) => (pcm, participant) => {
      if (process.env['REFERENCE_LEVEL'] !== 'off') send(pcm, participant);
    }),
  'refuses-unknown-options': () => new TakesAnyOption(),
  'exact-frames': () =>
    replace(good(), 'send', (send) => (pcm, participant) => {
      const isOdd = PcmData.isPcmData(pcm) && pcm.sampleRate === 44_100;
      send(isOdd ? new PcmData({ samples: pcm.samples, sampleRate: 48_000 }) : pcm, participant);
    }),
  'follows-the-format': () => {
    const rates = new Map<string | undefined, number>();
    return replace(good(), 'send', (send) => (pcm, participant) => {
      if (!PcmData.isPcmData(pcm)) {
        send(pcm, participant);
        return;
      }
      const { samples, channels } = pcm;
      const sampleRate = rates.get(participant?.id) ?? pcm.sampleRate;
      rates.set(participant?.id, sampleRate);
      send(new PcmData({ samples, channels, sampleRate }), participant);
    });
  },
  'one-frame-at-a-time': () => declare(good(), { serial: true }),
  'waits-for-start': () => {
    const detector = good();
    return replace(detector, 'send', (send) => (pcm, participant) => {
      if (detector.started || detector.closed || !PcmData.isPcmData(pcm)) send(pcm, participant);
    });
  },
  'drops-after-close': () => {
    const detector = good();
    return replace(detector, 'send', (send) => (pcm, participant) => {
      if (detector.closed) throw new Error('closed');
      send(pcm, participant);
    });
  },
  'never-blocks': () =>
    replace(good(), 'send', (send) => (pcm, participant) => {
      send(pcm, participant);
      return Promise.resolve();
    }),
  'refuses-what-is-no-audio': () =>
    replace(good(), 'send', (send) => (pcm, participant) => {
      if (PcmData.isPcmData(pcm)) send(pcm, participant);
    }),
  'starts-in-time': () => new StartsLate(),
  'ends-in-time': () => new EndsEarly(),
  'silence-is-no-turn': () => new HearsVoices(),
  'turns-are-whole': () => mapOutput(good(), (turn) => ({ ...turn, turnId: crypto.randomUUID() })),
  'gives-up': () => declare(good(), { giveUpMs: 1_000 }),
  'tells-speakers-apart': () => {
    let last: Participant | undefined;
    const mixed = mapOutput(good(), (turn) => ({ ...turn, participant: last }));
    return replace(mixed, 'send', (send) => (pcm, participant) => {
      last = participant;
      send(pcm, participant);
    });
  },
  'lets-speakers-go': () => replace(good(), 'participantLeft', () => () => undefined),
  'survives-an-error': () =>
    filterEvents(good(), (event) => !(event instanceof ComponentErrorEvent)),
  'close-settles': () => {
    const detector = good();
    detector.output.close = () => undefined;
    return detector;
  },
  'close-is-no-error': () => {
    const detector = good();
    return replace(detector, 'close', (close) => async () => {
      const message = 'The operation was aborted';
      const error = new ProviderError({ provider: 'reference', kind: 'internal', message });
      if (!detector.closed)
        detector.events.send(Object.assign(new TurnDetectorErrorEvent(), { error, context: '' }));
      await close();
    });
  },
};
