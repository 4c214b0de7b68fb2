import { describe, expect, it } from 'vitest';
import { HurriedClock } from '../../test/hurried-clock.ts';
import { TestHttpServer } from '../../test/test-http-server.ts';
import { ProviderError } from '../errors/index.ts';
import { Component, ComponentClosedError, ComponentErrorEvent } from './index.ts';

class Failed extends ComponentErrorEvent {
  static override readonly type = 'test.failed';
}

/** Notes what is called, and does what a test asks for. */
class Probe extends Component {
  override readonly category = 'probe';
  protected override readonly errorEvent = Failed;
  readonly steps: string[] = [];
  readonly errors: ProviderError[] = [];
  starting: (signal: AbortSignal) => Promise<void> | void = () => undefined;
  closing: () => Promise<void> | void = () => undefined;

  constructor() {
    super({ provider: 'acme', http: { connectTimeoutMs: 1_234 } });
    this.events.on(Failed, ({ error }) => void this.errors.push(error));
  }

  protected override async onStart({ signal }: { signal: AbortSignal }): Promise<void> {
    this.steps.push('start');
    await this.starting(signal);
  }

  protected override async onClose(): Promise<void> {
    this.steps.push(this.signal.aborted ? 'close' : 'close before abort');
    await this.closing();
  }

  request(url: string): Promise<Response> {
    return this.fetch(url);
  }

  background(name: string, task: (signal: AbortSignal) => Promise<void>): void {
    this.spawn(name, task);
  }
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason));
  });

describe('Component', () => {
  it('starts once, however often it is asked', async () => {
    const probe = new Probe();
    await Promise.all([probe.start(), probe.start()]);
    await probe.start();
    expect(probe.started).toBe(true);
    expect(probe.steps).toEqual(['start']);
    await probe.close();
  });

  it('closes once, and cannot start again', async () => {
    const probe = new Probe();
    await probe.start();
    await Promise.all([probe.close(), probe.close()]);
    await probe.close();
    expect(probe.steps).toEqual(['start', 'close']);
    await expect(probe.start()).rejects.toThrow(ComponentClosedError);
  });

  it('can be closed without having started, and by await using', async () => {
    const probe = new Probe();
    {
      await using _closed = probe;
    }
    expect(probe.steps).toEqual(['close']);
  });

  it('aborts a start when it is closed meanwhile', async () => {
    const probe = new Probe();
    probe.starting = aborted;
    const start = probe.start();
    const close = probe.close();
    await expect(start).rejects.toThrow(ComponentClosedError);
    await close;
    expect(probe.steps).toEqual(['start', 'close']);
    expect(probe.errors).toEqual([]);
  });

  it('settles a start whose onStart does not heed the abort', async () => {
    const probe = new Probe();
    const started = Promise.withResolvers<void>();
    probe.starting = () => started.promise;
    const start = probe.start();
    const close = probe.close();
    await expect(start).rejects.toThrow(ComponentClosedError);
    started.resolve();
    await close;
    expect(probe.steps).toEqual(['start', 'close']);
  });

  it('tells of no error that comes of the abort, whatever is thrown', async () => {
    const probe = new Probe();
    await probe.start();
    probe.background('poll', async (signal) => {
      await aborted(signal).catch(() => undefined);
      throw new ProviderError({ provider: 'acme', kind: 'network', message: 'cut by us' });
    });
    await probe.close();
    expect(probe.errors).toEqual([]);
  });

  it('may try to start again after a failure, and wraps what is no ProviderError', async () => {
    const probe = new Probe();
    probe.starting = () => {
      throw new Error('no model file');
    };
    await expect(probe.start()).rejects.toMatchObject({
      name: 'ProviderError',
      provider: 'acme',
      kind: 'internal',
      retryable: false,
      message: 'no model file',
    });
    probe.starting = () => undefined;
    await probe.start();
    expect(probe.steps).toEqual(['start', 'start']);
    await probe.close();
  });

  it('settles the background tasks between the abort and onClose', async () => {
    const probe = new Probe();
    await probe.start();
    probe.background('loop', async (signal) => {
      await aborted(signal).catch(() => undefined);
      await Promise.resolve();
      probe.steps.push('task ended');
    });
    await probe.close();
    expect(probe.steps).toEqual(['start', 'task ended', 'close']);
    probe.background('late', async () => void probe.steps.push('never'));
    expect(probe.steps).toHaveLength(3);
  });

  it('makes an event of a task that fails, and none of one that was aborted', async () => {
    const probe = new Probe();
    await probe.start();
    const failed = probe.events.once(Failed);
    probe.background('poll', () => Promise.reject(new Error('gone')));
    expect(await failed).toMatchObject({
      context: 'poll',
      provider: 'acme',
      error: { kind: 'internal' },
    });
    probe.background('wait', aborted);
    await probe.close();
    expect(probe.errors).toHaveLength(1);
  });

  it('finishes closing when onClose throws, and reports it', async () => {
    const probe = new Probe();
    probe.closing = () => {
      throw new Error('stuck');
    };
    await probe.close();
    expect(probe.errors.map(({ message }) => message)).toEqual(['stuck']);
  });

  it('is bounded when a step hangs, and says which', async () => {
    const probe = new Probe();
    const timers: (() => void)[] = [];
    probe.useClock({
      now: () => 0,
      setTimeout: (callback, delayMs) => {
        if (delayMs === 5_000) timers.push(callback);
        return { cancel: () => undefined };
      },
    });
    probe.closing = () => {
      for (const fire of timers) fire();
      return new Promise(() => undefined);
    };
    const close = probe.close();
    await new Promise(setImmediate);
    for (const fire of timers) fire();
    await close;
    expect(probe.errors.map(({ kind, message }) => [kind, message])).toEqual([
      ['timeout', 'onClose() did not finish within 5000 ms while closing'],
    ]);
  });

  it('names the method to implement when a subclass overrides one of the base', async () => {
    class Overrides extends Probe {
      override async start(): Promise<void> {
        await super.start();
      }
    }
    await expect(new Overrides().start()).rejects.toThrow(
      'Overrides overrides start(), which belongs to Component. Implement onStart() instead.',
    );
  });

  it('names it also when an instance has a method of its own in its place', async () => {
    class Replaces extends Probe {
      override close = (): Promise<void> => Promise.resolve();
    }
    await expect(new Replaces().start()).rejects.toThrow(
      'Replaces overrides close(), which belongs to Component. Implement onClose() instead.',
    );
  });

  it('takes another clock only before it starts', async () => {
    const probe = new Probe();
    await probe.start();
    expect(() => probe.useClock(probe.clock)).toThrow('before start()');
    await probe.close();
  });

  it('is recognised by brand', () => {
    expect(Component.isComponent(new Probe())).toBe(true);
    expect(Component.isComponent({ start() {} })).toBe(false);
  });

  it('ends its requests when it closes, and that is no error', async () => {
    const server = new TestHttpServer();
    await server.listen();
    server.answer = (response, index) => index > 0 && response.writeHead(200).write('a beginning');
    const probe = new Probe();
    await probe.start();
    const unanswered = probe.request(server.url);
    await server.until(() => server.requests.length === 1);
    const reading = probe.request(server.url).then((response) => response.text());
    await server.until(() => server.requests.length === 2);
    probe.background('reading', async () => void (await reading));
    const closed = [
      expect(unanswered).rejects.toThrow(ComponentClosedError),
      expect(reading).rejects.toThrow(ComponentClosedError),
    ];
    await probe.close();
    await Promise.all(closed);
    await server.until(() => server.connections === 0);
    expect(probe.errors).toEqual([]);
    await expect(probe.request(server.url)).rejects.toThrow(ComponentClosedError);
    await server.close();
  });

  it('keeps the time of its clock and policy in requests, also of one that is set later', async () => {
    const server = new TestHttpServer();
    await server.listen();
    const probe = new Probe();
    const before = probe.request('http://127.0.0.1:1').catch(() => undefined);
    const clock = new HurriedClock(1_234);
    probe.useClock(clock);
    server.answer = (response, index) => (index === 0 ? clock.pass(1_234) : response.end('ok'));
    expect(await (await probe.request(server.url)).text()).toBe('ok');
    expect(server.requests).toHaveLength(2);
    await before;
    await probe.close();
    await server.close();
  });
});
