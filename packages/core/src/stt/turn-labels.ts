/** Gives the items of one speaker's turn the same id, and the next turn another. */
export class TurnLabels {
  #id: string = crypto.randomUUID();
  #used = false;
  #ended = false;
  #finished = false;

  /** The id for an item of what is being said now. A final text may follow the end of its turn and belongs to it. */
  current(): string {
    if (this.#ended && this.#finished) this.#renew();
    this.#used = true;
    return this.#id;
  }

  /** The id for the start of a turn: a new one, unless nothing was said under this one yet. */
  started(): string {
    if (this.#used) this.#renew();
    return this.current();
  }

  /** The id for a final transcript. Without turn events (`endsTurn`) it is the last item of its turn. */
  final(options: { endsTurn: boolean }): string {
    const id = this.current();
    this.#finished = true;
    if (options.endsTurn) this.#ended = true;
    return id;
  }

  ended(): string {
    const id = this.current();
    this.#ended = true;
    return id;
  }

  /** The turn goes on after an eager end. */
  resumed(): string {
    this.#ended = false;
    this.#finished = false;
    return this.current();
  }

  #renew(): void {
    this.#id = crypto.randomUUID();
    this.#used = false;
    this.#ended = false;
    this.#finished = false;
  }
}
