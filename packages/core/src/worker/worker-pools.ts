import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { Clock } from '../clock.ts';
import { describeIssues } from '../connection/describe-issues.ts';
import { ProviderError } from '../errors/provider-error.ts';
import { WorkerPool, type WorkerCallOptions } from './worker-pool.ts';

const THREADS = 1;
const MAX_QUEUE = 64;

/** A component's threads: a pool for each module that it runs. */
export class WorkerPools {
  readonly #provider: string;
  readonly #pools = new Map<string, WorkerPool>();

  constructor(init: { provider: string }) {
    this.#provider = init.provider;
  }

  /** Runs the module's function, and reads what it returns through the schema. @throws ProviderError, as `WorkerPool.run` and kind `protocol` */
  async run<Output>(
    module: URL,
    input: unknown,
    options: WorkerCallOptions & { schema: StandardSchemaV1<unknown, Output>; clock: Clock },
  ): Promise<Output> {
    const { schema, clock, ...call } = options;
    const output = await this.#pool(module, clock).run(input, call);
    const result = await schema['~standard'].validate(output);
    if (!result.issues) return result.value;
    const provider = this.#provider;
    const message = `The worker of ${provider} gave what does not fit: ${describeIssues(result.issues)}`;
    throw new ProviderError({ provider, kind: 'protocol', message });
  }

  async destroy(): Promise<void> {
    await Promise.all([...this.#pools.values()].map((pool) => pool.destroy()));
  }

  #pool(module: URL, clock: Clock): WorkerPool {
    const known = this.#pools.get(module.href);
    if (known) return known;
    const provider = this.#provider;
    const pool = new WorkerPool({ provider, module, clock, threads: THREADS, maxQueue: MAX_QUEUE });
    this.#pools.set(module.href, pool);
    return pool;
  }
}
