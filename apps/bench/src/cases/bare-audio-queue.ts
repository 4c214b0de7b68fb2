const slabBytes = 65_536;
const largestBytes = 16_384;

/** Copies samples from chunks of one format into outputs from a slab: unbounded, unchecked. What this machine needs at the least. */
export class BareAudioQueue {
  #chunks: Int16Array[] = [];
  #first = 0;
  #read = 0;
  #slab = new ArrayBuffer(slabBytes);
  #used = 0;

  put(samples: Int16Array): void {
    this.#chunks.push(samples);
  }

  /** Only when there are so many. */
  getSamples(length: number): Promise<Int16Array> {
    const output = this.#allocate(length);
    for (let written = 0; written < length;) {
      const chunk = this.#chunks[this.#first];
      if (chunk === undefined) break;
      const count = Math.min(length - written, chunk.length - this.#read);
      const whole = count === chunk.length;
      output.set(whole ? chunk : chunk.subarray(this.#read, this.#read + count), written);
      written += count;
      this.#read += count;
      if (this.#read === chunk.length) this.#shift();
    }
    return Promise.resolve(output);
  }

  #shift(): void {
    this.#read = 0;
    this.#first += 1;
    if (this.#first < 64) return;
    this.#chunks = this.#chunks.slice(this.#first);
    this.#first = 0;
  }

  #allocate(length: number): Int16Array {
    const bytes = length * Int16Array.BYTES_PER_ELEMENT;
    if (bytes > largestBytes) return new Int16Array(length);
    if (this.#used + bytes > slabBytes) {
      this.#slab = new ArrayBuffer(slabBytes);
      this.#used = 0;
    }
    const output = new Int16Array(this.#slab, this.#used, length);
    this.#used += bytes;
    return output;
  }
}
