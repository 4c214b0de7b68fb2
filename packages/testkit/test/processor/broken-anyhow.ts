import {
  ProcessorErrorEvent,
  ProviderError,
  VideoProcessorDetectionEvent,
  type AgentHandle,
  type Processor,
} from '@vision-agents/core';
import { good, replace } from './alter-processor.ts';
import { ReferenceProcessor, testInput } from './reference-processor.ts';

class Nameless extends ReferenceProcessor {
  override readonly name = '';
}

class OpensEarly extends ReferenceProcessor {
  readonly #timer = setInterval(() => undefined, 30_000);

  protected override onClose(): void {
    clearInterval(this.#timer);
  }
}

class TakesAnyOption extends ReferenceProcessor {
  constructor({ apiKey }: { apiKey?: string } = {}) {
    super(apiKey === undefined ? {} : { apiKey });
  }
}

class NeedsNoKey extends ReferenceProcessor {
  constructor(input: ConstructorParameters<typeof ReferenceProcessor>[0] = {}) {
    super({ ...testInput, ...input });
  }
}

class ReadsKeyLate extends ReferenceProcessor {
  override processAudio(
    ...given: Parameters<ReferenceProcessor['processAudio']>
  ): ReturnType<ReferenceProcessor['processAudio']> {
    if (process.env['REFERENCE_API_KEY'] !== 'off') super.processAudio(...given);
  }
}

class BigState extends ReferenceProcessor {
  override state(): unknown {
    return { frames: 3n };
  }
}

class CountsItsAgents extends ReferenceProcessor {
  #agents = 0;

  protected override onAttach(agent: AgentHandle, { signal }: { signal: AbortSignal }): void {
    this.#agents += 1;
    const name = `look_${this.#agents}`;
    agent.registerFunction({ name, description: '', execute: () => 1 });
    signal.addEventListener('abort', () => void agent.unregisterFunction(name));
  }
}

class KeepsAFunction extends ReferenceProcessor {
  readonly #known = new WeakSet<AgentHandle>();

  protected override onAttach(agent: AgentHandle): void {
    if (this.#known.has(agent)) return;
    this.#known.add(agent);
    agent.registerFunction({ name: 'forgotten', description: '', execute: () => 1 });
  }
}

/** For each rule of every processor, one that breaks just that. */
export const brokenAnyhow: Readonly<Record<string, () => Processor>> = {
  'names-itself': () => new Nameless(testInput),
  'starts-once': () => {
    const processor = good();
    let starts = 0;
    const start = async (): Promise<void> => {
      starts += 1;
      if (starts > 1) throw new Error('already started');
      await processor.start();
    };
    return replace(processor, { start });
  },
  'closes-once': () => {
    const processor = good();
    let closes = 0;
    const close = async (): Promise<void> => {
      closes += 1;
      await processor.close();
      if (closes > 1) throw new Error('already closed');
    };
    return replace(processor, { close });
  },
  'stays-closed': () => {
    const processor = good();
    return replace(processor, { start: async () => processor.closed || processor.start() });
  },
  'opens-nothing-early': () => new OpensEarly(testInput),
  'closes-in-the-middle': () => {
    const processor = good();
    const close = async (): Promise<void> => {
      const message = 'The operation was aborted';
      const error = new ProviderError({ provider: 'reference', kind: 'network', message });
      if (!processor.closed)
        processor.events.send(Object.assign(new ProcessorErrorEvent(), { error, context: '' }));
      await processor.close();
    };
    return replace(processor, { close });
  },
  'quiet-after-close': () => {
    const processor = good();
    const close = async (): Promise<void> => {
      await processor.close();
      setTimeout(() => processor.events.send(new VideoProcessorDetectionEvent()), 20);
    };
    return replace(processor, { close });
  },
  'leaves-no-handle': () => {
    const processor = good();
    const start = async (): Promise<void> => {
      setTimeout(() => undefined, 30_000);
      await processor.start();
    };
    return replace(processor, { start });
  },
  'says-which-key-is-missing': () => new NeedsNoKey(testInput),
  'refuses-unknown-options': () => new TakesAnyOption(testInput),
  'reads-environment-once': () => new ReadsKeyLate(testInput),
  'state-is-readable': () => new BigState(testInput),
  'lends-functions-once': () => new CountsItsAgents(testInput),
  'takes-functions-back': () => new KeepsAFunction(testInput),
};
