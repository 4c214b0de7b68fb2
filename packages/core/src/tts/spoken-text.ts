import { describeValue } from '../describe-value.ts';
import { isSpeakable } from './speakable.ts';

/** A text on its way to the provider: whole, or still coming in. */
export class SpokenText {
  readonly whole: boolean;
  readonly #rest: AsyncIterator<string> | undefined;
  readonly #first: string[] = [];
  #text = '';
  #waiting = false;

  constructor(text: string | AsyncIterable<string>) {
    this.whole = typeof text === 'string';
    if (typeof text === 'string') this.#text = text;
    else this.#rest = text[Symbol.asyncIterator]();
  }

  /** What is there by now. */
  get text(): string {
    return this.#text;
  }

  /** The provider waits for more of the text. */
  get waiting(): boolean {
    return this.#waiting;
  }

  /** Resolves once there is something to say, or the whole text is there: whether there is. */
  async speakable(): Promise<boolean> {
    while (!isSpeakable(this.#text)) {
      const piece = await this.#next();
      if (piece === undefined) return false;
      this.#first.push(piece);
    }
    return true;
  }

  /** The whole text, once it is there. */
  async complete(): Promise<string> {
    while ((await this.#next()) !== undefined);
    return this.#text;
  }

  /** Its pieces as they come in. */
  async *pieces(): AsyncGenerator<string, void, undefined> {
    if (!this.#rest) yield this.#text;
    yield* this.#first.splice(0);
    for (let piece = await this.#next(); piece !== undefined; piece = await this.#next())
      yield piece;
  }

  /** Lets go of where it comes from. */
  release(): void {
    // It may wait for something that never comes, and whoever lets go has no use for how it went.
    void (async () => this.#rest?.return?.())().catch(() => undefined);
  }

  /** The next piece that is not empty. */
  async #next(): Promise<string | undefined> {
    if (!this.#rest) return undefined;
    this.#waiting = true;
    try {
      for (;;) {
        const { value, done } = await this.#rest.next();
        if (done) return undefined;
        if (typeof value !== 'string')
          throw new TypeError(`a text is made of strings, got ${describeValue(value)}`);
        this.#text += value;
        if (value !== '') return value;
      }
    } finally {
      this.#waiting = false;
    }
  }
}
