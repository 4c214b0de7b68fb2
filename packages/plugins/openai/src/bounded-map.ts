/** A map that lets go of what was put in first when there is too much in it. */
export class BoundedMap<T> {
  readonly #maxSize: number;
  readonly #map = new Map<string, T>();

  constructor(maxSize: number) {
    this.#maxSize = maxSize;
  }

  get(key: string): T | undefined {
    return this.#map.get(key);
  }

  set(key: string, value: T): void {
    this.#map.set(key, value);
    const [oldest] = this.#map.keys();
    if (this.#map.size > this.#maxSize && oldest !== undefined) this.#map.delete(oldest);
  }
}
