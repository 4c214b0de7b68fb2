/** Remembers the last ids that it was told. */
export class RecentIds {
  readonly #limit: number;
  readonly #ids = new Set<string>();

  constructor(options: { limit: number }) {
    this.#limit = options.limit;
  }

  add(id: string): void {
    this.#ids.delete(id);
    this.#ids.add(id);
    const [oldest] = this.#ids;
    if (this.#ids.size > this.#limit && oldest !== undefined) this.#ids.delete(oldest);
  }

  has(id: string): boolean {
    return this.#ids.has(id);
  }
}
