import type { SpeakerStream, TranscriptDetails } from '@vision-agents/core';

/** So many later items wait for one that is not transcribed. Then it has what was told of it. */
const MAX_WAITING = 2;

interface Item {
  text: string;
  /** Set once the item is over; without a text when it has failed. */
  final?: { text: string; details: TranscriptDetails };
}

/**
 * What one speaker says, in the provider's items: put out in the order in which it was said, whichever is transcribed
 * first. A turn ends when the speaker is silent and all of it is transcribed; speaking again before that goes on with it.
 */
export class SpokenItems {
  readonly #speaker: SpeakerStream;
  readonly #items = new Map<string, Item>();
  #speaking = false;
  #inTurn = false;

  constructor(speaker: SpeakerStream) {
    this.#speaker = speaker;
  }

  /** Items that are not transcribed yet. */
  get size(): number {
    return this.#items.size;
  }

  started(id: string): void {
    this.#speaking = true;
    this.#item(id);
    if (this.#inTurn) return;
    this.#inTurn = true;
    this.#speaker.turnStarted();
  }

  stopped(): void {
    this.#speaking = false;
  }

  committed(id: string): void {
    this.#item(id);
  }

  delta(id: string, delta: string): void {
    const item = this.#item(id);
    item.text += delta;
    if (this.#first === item) this.#speaker.partialTranscript(item.text);
  }

  completed(id: string, text: string, details: TranscriptDetails): void {
    this.#item(id).final = { text, details };
    this.#putOut();
  }

  failed(id: string): void {
    this.completed(id, '', {});
  }

  get #first(): Item | undefined {
    return this.#items.values().next().value;
  }

  #item(id: string): Item {
    const known = this.#items.get(id);
    if (known) return known;
    const item: Item = { text: '' };
    this.#items.set(id, item);
    return item;
  }

  #putOut(): void {
    let waiting = [...this.#items.values()].filter(({ final }) => final).length;
    for (const [id, { text, final }] of this.#items) {
      if (!final && waiting <= MAX_WAITING) break;
      if (final) waiting -= 1;
      this.#items.delete(id);
      this.#speaker.transcript(final?.text ?? text, final?.details);
    }
    const { text = '' } = this.#first ?? {};
    if (text !== '') this.#speaker.partialTranscript(text);
    if (this.#items.size > 0 || this.#speaking || !this.#inTurn) return;
    this.#inTurn = false;
    this.#speaker.turnEnded();
  }
}
