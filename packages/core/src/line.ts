/** A place in a `Line`. */
export interface Place<T> {
  readonly item: T;
  before: Place<T> | undefined;
  after: Place<T> | undefined;
}

/** First in, first out; but anyone may leave from anywhere, and nothing that is done to it depends on its length. */
export class Line<T> {
  #first: Place<T> | undefined;
  #last: Place<T> | undefined;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  get first(): Place<T> | undefined {
    return this.#first;
  }

  push(item: T): Place<T> {
    const place: Place<T> = { item, before: this.#last, after: undefined };
    if (this.#last) this.#last.after = place;
    else this.#first = place;
    this.#last = place;
    this.#length += 1;
    return place;
  }

  /** @param place that has not been removed before */
  remove(place: Place<T>): void {
    if (place.before) place.before.after = place.after;
    else this.#first = place.after;
    if (place.after) place.after.before = place.before;
    else this.#last = place.before;
    this.#length -= 1;
  }

  shift(): T | undefined {
    const first = this.#first;
    if (first) this.remove(first);
    return first?.item;
  }

  clear(): void {
    this.#first = undefined;
    this.#last = undefined;
    this.#length = 0;
  }

  *[Symbol.iterator](): Generator<T, void, undefined> {
    for (let place = this.#first; place; place = place.after) yield place.item;
  }
}
