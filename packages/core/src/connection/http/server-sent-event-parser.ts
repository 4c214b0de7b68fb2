/** One event of a stream, as the HTML standard has it. */
export interface ServerSentEvent {
  /** `message` when the provider does not name it. */
  readonly event: string;
  readonly data: string;
  /** The last id that the stream gave, with this event or before. */
  readonly id?: string;
}

const LF = 0x0a;
const CR = 0x0d;
const BYTE_ORDER_MARK = '\u{FEFF}';

/**
 * Reads `text/event-stream` (HTML standard, section 9.2.6), cut at any byte. Lines are found as bytes and decoded
 * whole, so that no character is ever split; an event is complete as soon as its blank line begins.
 *
 * An event that is larger than `maxEventBytes` makes `push` throw what `tooLarge` gives.
 */
export class ServerSentEventParser {
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  readonly #maxEventBytes: number;
  readonly #tooLarge: () => Error;
  /** The beginning of the line that is not over yet. */
  #pieces: Uint8Array[] = [];
  #lineBytes = 0;
  #eventBytes = 0;
  #afterCR = false;
  #first = true;
  #event = '';
  #data: string[] = [];
  #id = '';

  constructor(options: { maxEventBytes: number; tooLarge: () => Error }) {
    this.#maxEventBytes = options.maxEventBytes;
    this.#tooLarge = options.tooLarge;
  }

  /** The events that these bytes complete. The bytes must not change afterwards. */
  *push(bytes: Uint8Array): Generator<ServerSentEvent, void, undefined> {
    let start = 0;
    for (let index = 0; index < bytes.length; index += 1) {
      const byte = bytes[index];
      if (byte !== LF && byte !== CR) {
        this.#afterCR = false;
        continue;
      }
      const secondOfTwo = byte === LF && this.#afterCR;
      this.#afterCR = byte === CR;
      if (secondOfTwo) start = index + 1;
      if (secondOfTwo) continue;
      this.#keep(bytes.subarray(start, index));
      start = index + 1;
      const event = this.#endOfLine();
      if (event) yield event;
    }
    this.#keep(bytes.subarray(start));
  }

  /**
   * The stream is over. The standard drops an event that no blank line ended; providers do forget it, and what they
   * said counts.
   */
  finish(): ServerSentEvent | undefined {
    return this.#endOfLine() ?? this.#dispatch();
  }

  #keep(piece: Uint8Array): void {
    if (piece.length === 0) return;
    this.#lineBytes += piece.length;
    if (this.#lineBytes + this.#eventBytes > this.#maxEventBytes) throw this.#tooLarge();
    this.#pieces.push(piece);
  }

  #endOfLine(): ServerSentEvent | undefined {
    let line = this.#decoder.decode(Buffer.concat(this.#pieces));
    if (this.#first && line.startsWith(BYTE_ORDER_MARK)) line = line.slice(1);
    this.#first = false;
    const lineBytes = this.#lineBytes;
    this.#pieces = [];
    this.#lineBytes = 0;
    if (line === '') return this.#dispatch();
    const colon = line.indexOf(':');
    if (colon === 0) return undefined;
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? '' : line.slice(colon + 1).replace(/^ /, '');
    this.#eventBytes += field === 'data' ? lineBytes : 0;
    if (field === 'data') this.#data.push(value);
    if (field === 'event') this.#event = value;
    if (field === 'id' && !value.includes('\0')) this.#id = value;
    return undefined;
  }

  #dispatch(): ServerSentEvent | undefined {
    const data = this.#data;
    const event = this.#event || 'message';
    this.#data = [];
    this.#event = '';
    this.#eventBytes = 0;
    if (data.length === 0) return undefined;
    return { event, data: data.join('\n'), ...(this.#id !== '' && { id: this.#id }) };
  }
}
