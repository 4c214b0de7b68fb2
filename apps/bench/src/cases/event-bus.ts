import { BaseEvent, EventBus } from '@vision-agents/core/events';
import type { Batch, Candidate, Section } from '../candidate.ts';
import { recorded } from '../recorded.ts';
import { BareEventBus } from './bare-event-bus.ts';

class Tick extends BaseEvent {
  static override readonly type = 'bench.tick';
}

const items = 10_000;
const sentAtOnce = 100;

interface Bus {
  send(event: Tick): void;
  settled(): Promise<void>;
}

type Handler = () => Promise<void>;

function oursWith(handlers: readonly Handler[]): Bus {
  const bus = new EventBus();
  for (const handler of handlers) bus.on(Tick, handler);
  return bus;
}

function bareWith(handlers: readonly Handler[]): Bus {
  const bus = new BareEventBus<Tick>();
  for (const handler of handlers) bus.on(handler);
  return bus;
}

/** Sends events, a hundred at a time, and waits for the handlers. */
function batch(handlers: number, busWith: (handlers: readonly Handler[]) => Bus): Batch {
  let handled = 0;
  const bus = busWith(
    Array.from({ length: handlers }, () => async () => {
      handled += 1;
    }),
  );
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
}

function candidates(handlers: number): Candidate[] {
  return [
    { name: 'ours', prepare: () => batch(handlers, oursWith) },
    { name: 'bare', prepare: () => batch(handlers, bareWith) },
  ];
}

export const eventBus: Section = {
  title: 'EventBus',
  item: 'event sent and handled',
  rows: [
    {
      id: 'bus-1',
      title: '1 async handler',
      recorded: recorded(0.058, 10.9),
      candidates: candidates(1),
    },
    {
      id: 'bus-10',
      title: '10 async handlers',
      recorded: recorded(0.5, 123),
      candidates: candidates(10),
    },
  ],
};
