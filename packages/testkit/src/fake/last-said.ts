const MAX_LINES = 3;
const MAX_LENGTH = 90;

/** The last that a fake provider said, each cut to a line. */
export class LastSaid {
  readonly #lines: string[] = [];

  get lines(): readonly string[] {
    return this.#lines;
  }

  add(text: string): void {
    this.#lines.push(text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}…` : text);
    if (this.#lines.length > MAX_LINES) this.#lines.shift();
  }

  clear(): void {
    this.#lines.length = 0;
  }
}
