import { strict as assert } from 'node:assert';
import type { Component } from '@vision-agents/core';
import { watchEnvironment } from './environment.ts';
import { trackHandles } from './open-handles.ts';
import { construct, environmentOf } from './plugin-options.ts';
import type { Rule } from './rule.ts';

/** What the rules of any component work with. */
export interface ComponentBench {
  /** What its instances run on: what they time on it ends with them. */
  readonly clock: { readonly pending: number };
  /** A new instance, not yet started. */
  make(): Component;
  /** Lets a started instance do what it is there for. */
  work(component: Component): Promise<void>;
  /** Closes it; time passes meanwhile where the bench has a clock of its own. */
  close(component: Component): Promise<void>;
  /** Resolves after so much real time, or at once with what has been told meanwhile. */
  told(component: Component, withinMs: number): Promise<string | undefined>;
}

/** Something that comes so long after the end has nothing to do with it. */
const QUIET_MS = 150;
/** What was closed is gone within some turns of the event loop. */
const HANDLES_GONE_MS = 1_000;

/** What every component keeps to, whatever it is for. */
export const componentRules: readonly Rule<ComponentBench>[] = [
  {
    id: 'starts-once',
    title: 'starts once, however often it is asked',
    async run(bench) {
      const component = bench.make();
      const starts = await Promise.allSettled([component.start(), component.start()]);
      assert.deepEqual(
        starts.map(({ status }) => status),
        ['fulfilled', 'fulfilled'],
        'two calls of start() at once must share one start',
      );
      await assert.doesNotReject(component.start(), 'start() after start() must do nothing');
    },
  },
  {
    id: 'closes-once',
    title: 'closes once, however often it is asked, also without having started',
    async run(bench) {
      const component = bench.make();
      await component.start();
      const closes = await Promise.allSettled([bench.close(component), bench.close(component)]);
      assert.deepEqual(
        closes.map(({ status }) => status),
        ['fulfilled', 'fulfilled'],
        'two calls of close() at once must share one close',
      );
      await assert.doesNotReject(component.close(), 'close() after close() must do nothing');
      await assert.doesNotReject(bench.close(bench.make()), 'close() without start() must work');
    },
  },
  {
    id: 'stays-closed',
    title: 'does not start again once it is closed',
    async run(bench) {
      const component = bench.make();
      await component.start();
      await bench.close(component);
      await assert.rejects(component.start(), 'start() after close() must reject');
    },
  },
  {
    id: 'quiet-after-close',
    title: 'tells nothing any more once it has closed',
    async run(bench) {
      const component = bench.make();
      await component.start();
      await bench.work(component);
      await bench.close(component);
      const told = await bench.told(component, QUIET_MS);
      assert.equal(told, undefined, 'nothing may come out after close() has resolved');
    },
  },
  {
    id: 'leaves-no-handle',
    title: 'leaves no timer, thread, socket or process behind when it closes',
    async run(bench) {
      using handles = trackHandles();
      await handles.run(async () => {
        const component = bench.make();
        await component.start();
        await bench.work(component);
        await bench.close(component);
      });
      const limitMs = performance.now() + HANDLES_GONE_MS;
      while (handles.open.length > 0 && performance.now() < limitMs)
        await new Promise(setImmediate);
      assert.deepEqual(handles.open, [], 'what keeps the process alive must be gone after close()');
      assert.equal(bench.clock.pending, 0, 'no timer of its clock may be left');
    },
  },
  {
    id: 'reads-environment-once',
    title: 'reads its environment variables when it is made, and never after',
    async run(bench) {
      const read: string[] = [];
      await watchEnvironment(
        (variable) => void read.push(variable),
        async () => {
          const component = bench.make();
          const own = new Set(Object.values(environmentOf(component)));
          read.length = 0;
          await component.start();
          await bench.work(component);
          await bench.close(component);
          assert.deepEqual(
            read.filter((variable) => own.has(variable)),
            [],
            'an environment variable must not be read after construction',
          );
        },
      );
    },
  },
  {
    id: 'refuses-unknown-options',
    title: 'throws at construction when an option is unknown, and names it',
    async run(bench) {
      const component = bench.make();
      const given = Object.fromEntries(
        Object.keys(environmentOf(component)).map((option) => [option, 'test-value']),
      );
      assert.throws(
        () => construct(component, { ...given, modle: 'x' }),
        ({ message }: Error) => message.includes('modle'),
        'the option "modle" must be refused by name',
      );
    },
  },
];
