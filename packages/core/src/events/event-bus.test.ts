import { describe, expect, it, vi } from 'vitest';
import { BaseEvent, EventBus, HandlerErrorEvent, PluginEvent } from './index.ts';

class Level extends PluginEvent {
  static override readonly type: string = 'acme.level';
  readonly level: number = 0;
}

class Peak extends Level {
  static override readonly type: string = 'acme.peak';
}

class Nameless extends Level {}

describe('EventBus', () => {
  it('reaches the handlers of the class and of its bases, in order of subscription, before send returns', () => {
    const bus = new EventBus();
    const seen: string[] = [];
    bus.on(PluginEvent, () => void seen.push('plugin'));
    bus.on(Peak, () => void seen.push('peak'));
    bus.on(BaseEvent, () => void seen.push('base'));
    bus.on(Level, () => void seen.push('level'));
    bus.send(new Peak());
    expect(seen).toEqual(['plugin', 'peak', 'base', 'level']);
    bus.send(new Level());
    expect(seen.slice(4)).toEqual(['plugin', 'base', 'level']);
  });

  it('tells classes apart by their type, so that a second copy of a class is the same', () => {
    class OtherCopy extends PluginEvent {
      static override readonly type = 'acme.level';
    }
    const bus = new EventBus();
    const seen: string[] = [];
    bus.on(Level, (event) => void seen.push(event.type));
    bus.send(new OtherCopy());
    expect(seen).toEqual(['acme.level']);
  });

  it('refuses a class without a type of its own', () => {
    const bus = new EventBus();
    expect(() => bus.on(Nameless, () => undefined)).toThrow('Nameless needs a type of its own');
    expect(() => bus.send(new Nameless())).toThrow('Nameless needs a type of its own');
  });

  it('stops when disposed or aborted', () => {
    const bus = new EventBus();
    const seen: string[] = [];
    const controller = new AbortController();
    bus.on(Level, () => void seen.push('aborted'), { signal: controller.signal });
    bus.on(Level, () => void seen.push('never'), { signal: AbortSignal.abort() });
    {
      using _subscription = bus.on(Level, () => void seen.push('disposed'));
      bus.send(new Level());
    }
    controller.abort();
    bus.send(new Level());
    expect(seen).toEqual(['aborted', 'disposed']);
  });

  it('gives the next event once', async () => {
    const bus = new EventBus();
    const next = bus.once(Level);
    const first = new Level();
    bus.send(first);
    bus.send(new Level());
    expect(await next).toBe(first);
    await expect(bus.once(Level, { signal: AbortSignal.timeout(1) })).rejects.toThrow('timeout');
  });

  it('reports a handler that throws or rejects, and harms no other', async () => {
    const bus = new EventBus();
    const errors: unknown[] = [];
    const seen: string[] = [];
    bus.on(HandlerErrorEvent, ({ error }) => void errors.push(error));
    bus.on(Level, () => {
      throw new Error('thrown');
    });
    bus.on(Level, () => Promise.reject(new Error('rejected')));
    bus.on(Level, () => void seen.push('third'));
    bus.send(new Level());
    expect(seen).toEqual(['third']);
    await bus.settled();
    expect(errors).toEqual([new Error('thrown'), new Error('rejected')]);
  });

  it('warns of a failing handler when nobody listens for it', () => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    try {
      const bus = new EventBus();
      bus.on(Level, () => {
        throw new Error('thrown');
      });
      bus.send(new Level());
      expect(String(warn.mock.calls[0]?.[0])).toContain(
        'A handler of "acme.level" failed: Error: thrown',
      );
    } finally {
      warn.mockRestore();
    }
  });

  it('takes a handler that returns something that is no promise', async () => {
    const bus = new EventBus();
    const seen: unknown[] = [];
    const push: unknown = (event: unknown) => seen.push(event);
    const on: unknown = Reflect.get(bus, 'on');
    if (typeof on === 'function') Reflect.apply(on, bus, [Level, push]);
    bus.send(new Level());
    await bus.settled();
    expect(seen).toHaveLength(1);
  });

  it('leaves out a handler that an earlier one has disposed', () => {
    const bus = new EventBus();
    const seen: string[] = [];
    bus.on(Level, () => second[Symbol.dispose]());
    const second = bus.on(Level, () => void seen.push('second'));
    bus.send(new Level());
    expect(seen).toEqual([]);
  });

  it('tells of a failing handler along the pipes, and settles after that is handled', async () => {
    const [inner, outer] = [new EventBus(), new EventBus()];
    inner.pipe(outer);
    const errors: unknown[] = [];
    outer.on(HandlerErrorEvent, async ({ error }) => {
      await new Promise(setImmediate);
      errors.push(error);
    });
    inner.on(Level, () => Promise.reject(new Error('rejected')));
    inner.send(new Level());
    await inner.settled();
    expect(errors).toEqual([new Error('rejected')]);
  });

  it('keeps a second pipe to the same bus when the first is disposed', () => {
    const [inner, outer] = [new EventBus(), new EventBus()];
    let seen = 0;
    outer.on(Level, () => void (seen += 1));
    const first = inner.pipe(outer);
    inner.pipe(outer);
    first[Symbol.dispose]();
    inner.send(new Level());
    expect(seen).toBe(1);
  });

  it('forwards to piped buses within send, and refuses a circle', () => {
    const [inner, middle, outer] = [new EventBus(), new EventBus(), new EventBus()];
    const seen: BaseEvent[] = [];
    outer.on(BaseEvent, (event) => void seen.push(event));
    const pipe = inner.pipe(middle);
    middle.pipe(outer);
    const event = new Level();
    inner.send(event);
    expect(seen).toEqual([event]);
    expect(() => outer.pipe(inner)).toThrow('circle');
    expect(() => inner.pipe(inner)).toThrow('circle');
    pipe[Symbol.dispose]();
    inner.send(new Level());
    expect(seen).toHaveLength(1);
  });

  it('settles when the handlers have ended, or when the time is up', async () => {
    const bus = new EventBus();
    const target = new EventBus();
    bus.pipe(target);
    const { promise, resolve } = Promise.withResolvers<void>();
    let done = false;
    target.on(Level, async () => {
      await promise;
      done = true;
    });
    await bus.settled();
    bus.send(new Level());
    await bus.settled({ timeoutMs: 1 });
    expect(done).toBe(false);
    resolve();
    await bus.settled();
    expect(done).toBe(true);
  });

  it('gives each event an id, a time and its participant', () => {
    const participant = { id: 'p1', userId: 'u1' };
    const event = new Level({ participant });
    expect(event.participant).toBe(participant);
    expect(event.id).toBe(event.id);
    expect(event.id).not.toBe(new Level().id);
    expect(Math.abs(event.timestamp.getTime() - Date.now())).toBeLessThan(60_000);
  });
});
