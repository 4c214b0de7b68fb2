/** Which of the requests of a speaker may put out partial texts: the one whose final text is the next to come. */
export class PartialTurns {
  readonly #open = new Map<string, symbol[]>();

  begin(speaker = ''): { readonly isFirst: boolean; end(): void } {
    const key = Symbol(speaker);
    const open = this.#open;
    open.set(speaker, [...(open.get(speaker) ?? []), key]);
    return {
      get isFirst() {
        return open.get(speaker)?.[0] === key;
      },
      end() {
        const others = (open.get(speaker) ?? []).filter((other) => other !== key);
        if (others.length > 0) open.set(speaker, others);
        else open.delete(speaker);
      },
    };
  }
}
