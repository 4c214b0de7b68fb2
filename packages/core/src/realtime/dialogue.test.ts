import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../test/manual-clock.ts';
import { MONO_16K, PcmData } from '../audio/index.ts';
import { ProviderError } from '../errors/provider-error.ts';
import { Conversation } from '../llm/conversation.ts';
import { Dialogue } from './dialogue.ts';
import type { RealtimeCommand } from './realtime-command.ts';
import type { RealtimeEvent } from './realtime-event.ts';
import type { RealtimeOutput } from './realtime-output.ts';
import { RealtimeOutputs } from './realtime-outputs.ts';
import type { TurnRecord } from './turn-record.ts';
import { UserTurns } from './user-turns.ts';

/** The same numbers in each run. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** A dialogue with nobody behind it, which notes what is told and what comes out. */
class Table {
  readonly sent: RealtimeCommand[] = [];
  readonly outputs = new RealtimeOutputs();
  readonly conversation = new Conversation();
  readonly clock = new ManualClock();
  /** How each text has ended. */
  readonly endings = new Map<string, string[]>();
  readonly dialogue: Dialogue;

  constructor() {
    const put = (item: RealtimeOutput): void => this.outputs.put(item);
    const users = new UserTurns({
      conversation: this.conversation,
      epoch: () => this.dialogue.epoch,
      now: () => this.clock.now(),
      speaker: () => undefined,
      put,
      onTranscript: () => undefined,
    });
    this.dialogue = new Dialogue({
      provider: 'acme',
      outputFormat: MONO_16K,
      maxToolRounds: 2,
      clock: () => this.clock,
      users,
      send: (command) => this.sent.push(command) > 0,
      put,
      takeBack: (turnId) => this.outputs.takeBack(turnId),
      playedMs: () => undefined,
      beginCall: ({ id, name }) => ({
        call: { id, name, arguments: '' },
        result: Promise.resolve({ toolCallId: id, name, content: 'ok' }),
        cancel: () => undefined,
      }),
      onInterrupted: () => this.outputs.dropAudio(),
      onError: () => undefined,
      onFirstAudio: () => undefined,
      onAgentTranscript: () => undefined,
      onResponseDone: () => undefined,
      onAnswered: () => undefined,
    });
  }

  ask(turnId: string): void {
    const endings: string[] = [];
    this.endings.set(turnId, endings);
    const record: TurnRecord = {
      spoken: false,
      delta: () => undefined,
      responded: () => undefined,
      called: () => undefined,
      ended: () => void endings.push('ended'),
      brokeOff: (_heard, error) => void endings.push(error ? 'failed' : 'interrupted'),
    };
    const question = { text: turnId, images: [], context: [], participant: undefined };
    this.dialogue.ask({ ...question, turnId, made: new Map(), record });
  }
}

const audio = PcmData.silence(10, MONO_16K);

/** Whatever a provider may say, in any order, with names or without. */
function anyEvent(
  next: (below: number) => number,
  { names, step }: { names: boolean; step: number },
): RealtimeEvent {
  const responseId = names ? `r${next(6)}` : undefined;
  switch (next(11)) {
    case 0:
      return { type: 'user-speech-started', itemId: names ? `u${next(4)}` : undefined };
    case 1:
      return { type: 'user-speech-ended' };
    case 2:
      return { type: 'user-transcript', mode: next(2) ? 'final' : 'delta', text: 'word ' };
    case 3:
      return { type: 'response-started', responseId };
    case 4:
    case 5:
    case 6:
      return { type: 'audio', audio, responseId, itemId: `i${next(6)}` };
    case 7:
      return { type: 'agent-transcript', mode: 'delta', text: 'word ', responseId };
    case 8:
      return { type: 'tool-call', id: `c${step}`, name: 'f', arguments: '', responseId };
    case 9:
      return { type: 'error', kind: 'protocol', message: 'no' };
    default: {
      const outcome = (['completed', 'interrupted', 'failed'] as const)[next(3)];
      return { type: 'response-done', responseId, outcome };
    }
  }
}

describe('Dialogue', () => {
  it.each([
    ['with names', true],
    ['without names', false],
  ])(
    'puts out nothing stale and leaves nothing open, whatever a provider says, %s',
    async (_how, names) => {
      for (let seed = 1; seed <= 400; seed += 1) {
        const next = random(seed);
        const table = new Table();
        const { dialogue, outputs } = table;
        const over = new Set<string>();
        const stale: string[] = [];
        const read = (): void => {
          for (let item = outputs.stream.tryGet(); item; item = outputs.stream.tryGet()) {
            const isStale = item.epoch !== dialogue.epoch || over.has(item.turnId);
            if (item.type === 'audio-output' && isStale) stale.push(item.turnId);
            if (item.type === 'audio-output-done' && item.interrupted) over.add(item.turnId);
          }
        };
        dialogue.connected();
        for (let step = 0; step < 60; step += 1) {
          const choice = next(12);
          if (choice === 0) table.ask(`t${step}`);
          else if (choice === 1) dialogue.interrupt();
          else if (choice === 2 && next(4) === 0) {
            const error = new ProviderError({ provider: 'acme', kind: 'network', message: 'cut' });
            dialogue.lost(error, { forGood: false });
            dialogue.connected();
          } else dialogue.handle(anyEvent(next, { names, step }));
          if (next(3) === 0) await Promise.resolve();
          // Somebody reads at times: what is unread of an interrupted turn must be gone by then.
          if (next(2) === 0) read();
        }
        dialogue.close();
        await new Promise(setImmediate);
        // What has ended may be interrupted while it is still heard.
        const open = [...table.endings].filter(
          ([, endings]) => !/^(ended|failed|interrupted|ended,interrupted)$/.test(endings.join()),
        );
        expect({ seed, stale, open, timers: table.clock.pending }).toEqual({
          seed,
          stale: [],
          open: [],
          timers: 0,
        });
        const told = table.sent.flatMap((command) =>
          command.type === 'tool-results'
            ? command.results.map(({ toolCallId }) => toolCallId)
            : [],
        );
        expect(new Set(told).size, `seed ${seed}: each result is told once`).toBe(told.length);
      }
    },
  );
});
