import { BaseEvent, EventBus } from '@vision-agents/core/events';
import type { Batch, Candidate, Section } from '../candidate.ts';
import { recorded } from '../recorded.ts';

class Tick extends BaseEvent {
  static override readonly type = 'bench.tick';
}

const items = 10_000;
const sentAtOnce = 100;

/** Sends events, a hundred at a time, and waits for the handlers. */
function ours(handlers: number): Candidate[] {
  const prepare = (): Batch => {
    const bus = new EventBus();
    let handled = 0;
    for (let index = 0; index < handlers; index++) {
      bus.on(Tick, async () => {
        handled += 1;
      });
    }
    const event = new Tick();
    const run = async (): Promise<void> => {
      handled = 0;
      for (let sent = 0; sent < items; sent += sentAtOnce) {
        for (let index = 0; index < sentAtOnce; index++) bus.send(event);
        await bus.settled();
      }
      if (handled !== items * handlers) throw new Error('the bus has lost events');
    };
    return { items, run };
  };
  return [{ name: 'ours', prepare }];
}

export const eventBus: Section = {
  title: 'EventBus',
  item: 'event sent and handled',
  rows: [
    {
      id: 'bus-1',
      title: '1 async handler',
      recorded: recorded(0.058, 10.9),
      candidates: ours(1),
    },
    {
      id: 'bus-10',
      title: '10 async handlers',
      recorded: recorded(0.5, 123),
      candidates: ours(10),
    },
  ],
};
