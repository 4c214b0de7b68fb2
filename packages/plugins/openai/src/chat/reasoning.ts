import { z } from 'zod';

const TextDetail = z.looseObject({ type: z.literal('reasoning.text'), text: z.string().nullish() });

/**
 * What a model thought, put together from its pieces. Nobody hears it; some providers want it back with the results of
 * the calls that it led to.
 *
 * Source: "Preserving reasoning" of OpenRouter's guide to reasoning tokens.
 */
export class Reasoning {
  readonly #texts: Record<string, string> = {};
  readonly #details: unknown[] = [];

  addText(field: 'reasoning' | 'reasoning_content', text: string | null | undefined): void {
    if (text) this.#texts[field] = (this.#texts[field] ?? '') + text;
  }

  addDetails(details: readonly unknown[]): void {
    for (const detail of details) {
      const [before, piece] = [
        TextDetail.safeParse(this.#details.at(-1)),
        TextDetail.safeParse(detail),
      ];
      if (!before.success || !piece.success) this.#details.push(detail);
      else {
        const text = `${before.data.text ?? ''}${piece.data.text ?? ''}`;
        this.#details[this.#details.length - 1] = { ...before.data, ...piece.data, text };
      }
    }
  }

  /** By the provider's own names; empty when there was none. */
  get fields(): Readonly<Record<string, unknown>> {
    const details = this.#details;
    return { ...this.#texts, ...(details.length > 0 && { reasoning_details: details }) };
  }
}
