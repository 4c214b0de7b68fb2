export interface OrderedRequestsInit<Item, Result> {
  /** Requests that may be under way at once. */
  concurrency: number;
  /** Items that can wait; beyond it the oldest is dropped. */
  maxWaiting: number;
  run(item: Item): Promise<Result>;
  /** Called in the order of the items. */
  onResult(item: Item, result: Result): void;
  onError(item: Item, error: unknown): void;
  onDropped(item: Item): void;
}

interface Entry<Item> {
  item: Item;
  /** Tells the outcome; set when the request has ended. */
  tell?: () => void;
}

/** Makes requests side by side, and hands on what comes of them in order. */
export class OrderedRequests<Item, Result> {
  readonly #init: OrderedRequestsInit<Item, Result>;
  #waiting: Item[] = [];
  #entries: Entry<Item>[] = [];
  #active = 0;
  readonly #idle = new Set<() => void>();

  constructor(init: OrderedRequestsInit<Item, Result>) {
    this.#init = init;
  }

  add(item: Item): void {
    this.#waiting.push(item);
    this.#fill();
    const dropped =
      this.#waiting.length > this.#init.maxWaiting ? this.#waiting.shift() : undefined;
    if (dropped !== undefined) this.#init.onDropped(dropped);
  }

  /** Resolves when nothing waits or is under way. */
  async idle(): Promise<void> {
    if (this.#entries.length === 0) return;
    await new Promise<void>((resolve) => {
      this.#idle.add(resolve);
    });
  }

  /** Gives up what waits. */
  drop(): void {
    for (const item of this.#waiting.splice(0)) this.#init.onDropped(item);
  }

  #fill(): void {
    while (this.#active < this.#init.concurrency) {
      const item = this.#waiting.shift();
      if (item === undefined) return;
      this.#active += 1;
      const entry: Entry<Item> = { item };
      this.#entries.push(entry);
      void this.#request(entry);
    }
  }

  async #request(entry: Entry<Item>): Promise<void> {
    const { item } = entry;
    try {
      const result = await this.#init.run(item);
      entry.tell = () => this.#init.onResult(item, result);
    } catch (error) {
      entry.tell = () => this.#init.onError(item, error);
    }
    this.#active -= 1;
    while (this.#entries[0]?.tell) this.#entries.shift()?.tell?.();
    this.#fill();
    if (this.#entries.length > 0) return;
    for (const resolve of this.#idle) resolve();
    this.#idle.clear();
  }
}
