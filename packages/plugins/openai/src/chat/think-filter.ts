const OPEN = '<think>';
const CLOSE = '</think>';

/**
 * Leaves out what a model thinks aloud, between `<think>` and `</think>`, wherever the chunks are cut; and the white
 * space before the first word that is said.
 */
export class ThinkFilter {
  #thinking: boolean;
  /** What was taken for a thought that nobody has begun: said after all, when nobody ends it. */
  #assumed: string | undefined;
  #spoke = false;
  /** What may be the beginning of a tag. */
  #held = '';

  /** @param init.thinksFirst whether the text begins with a thought, without `<think>` */
  constructor({ thinksFirst = false }: { thinksFirst?: boolean | undefined } = {}) {
    this.#thinking = thinksFirst;
    this.#assumed = thinksFirst ? '' : undefined;
  }

  /** The part of the text so far that is to be said. */
  push(delta: string): string {
    if (this.#assumed !== undefined) this.#assumed += delta;
    let rest = this.#held + delta;
    let said = '';
    for (;;) {
      const tag = this.#thinking ? CLOSE : OPEN;
      const at = rest.indexOf(tag);
      if (at === -1) break;
      if (!this.#thinking) said += rest.slice(0, at);
      rest = rest.slice(at + tag.length);
      this.#thinking = !this.#thinking;
      this.#assumed = undefined;
    }
    const kept = tailOf(rest, this.#thinking ? CLOSE : OPEN);
    this.#held = rest.slice(rest.length - kept);
    if (!this.#thinking) said += rest.slice(0, rest.length - kept);
    return this.#say(said);
  }

  /** What was held back, at the end of the stream. A thought without an end is none of it. */
  flush(): string {
    const said = this.#assumed ?? (this.#thinking ? '' : this.#held);
    this.#assumed = undefined;
    this.#held = '';
    return this.#say(said);
  }

  #say(text: string): string {
    const said = this.#spoke ? text : text.trimStart();
    if (said !== '') this.#spoke = true;
    return said;
  }
}

/** How much of the text's end is the beginning of the tag. */
function tailOf(text: string, tag: string): number {
  for (let length = Math.min(text.length, tag.length - 1); length > 0; length -= 1)
    if (text.endsWith(tag.slice(0, length))) return length;
  return 0;
}
