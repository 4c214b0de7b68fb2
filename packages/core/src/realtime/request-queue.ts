import type { Request } from './dialogue-types.ts';
import type { RealtimeCommand } from './realtime-command.ts';
import type { RealtimeTurn } from './realtime-turn.ts';

/** What is to be asked, one after the other. */
export class RequestQueue {
  #requests: Request[] = [];

  push(request: Request): void {
    this.#requests.push(request);
  }

  /** Asks it before all others. */
  unshift(request: Request): void {
    this.#requests.unshift(request);
  }

  next(): Request | undefined {
    return this.#requests.shift();
  }

  /**
   * What waits for a retired turn is not asked any more.
   *
   * @returns what the provider is to be told instead: the results that it waits for
   */
  withdraw(): RealtimeCommand[] {
    const told = this.#requests.flatMap((request): RealtimeCommand[] => {
      if (!request.turn.retired || request.type !== 'tool-results') return [];
      const { requestId, results } = request;
      return [{ type: 'tool-results', requestId, results, respond: false }];
    });
    this.#requests = this.#requests.filter(({ turn }) => !turn.retired);
    return told;
  }

  /** The session is gone: only texts can be asked in another. Gives the turns of those that still wait. */
  keepTexts(): ReadonlySet<RealtimeTurn> {
    this.#requests = this.#requests.filter(({ type }) => type === 'text');
    return new Set(this.#requests.map(({ turn }) => turn));
  }

  clear(): void {
    this.#requests = [];
  }
}
