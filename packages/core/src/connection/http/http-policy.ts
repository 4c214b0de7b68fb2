/** How HTTP requests are made, watched and made again. All times in milliseconds. */
export interface HttpPolicy {
  /** From the first packet until the answer's headers: connecting, sending the request, and the provider's first byte. */
  connectTimeoutMs: number;
  /** The longest silence between two parts of an answer's body, while somebody waits for them. */
  idleTimeoutMs: number;
  /** How often a request that may be repeated is made again. */
  maxRetries: number;
  /** The longest wait before the first retry; it doubles with each further one. The wait is random between 0 and that. */
  backoffMs: number;
  /** The longest wait. A provider that asks for a longer one with `Retry-After` is not asked again. */
  maxBackoffMs: number;
  /** A larger JSON answer, or a larger server-sent event, is an error. */
  maxMessageBytes: number;
}

export const defaultHttpPolicy: Readonly<HttpPolicy> = Object.freeze({
  connectTimeoutMs: 10_000,
  idleTimeoutMs: 30_000,
  maxRetries: 2,
  backoffMs: 250,
  maxBackoffMs: 8_000,
  maxMessageBytes: 16 * 1024 * 1024,
});
