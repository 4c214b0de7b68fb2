/** How a connection is made, watched and made again. All times in milliseconds. */
export interface ConnectionPolicy {
  /** From the first packet until the provider accepts the session. */
  connectTimeoutMs: number;
  /** A ping goes out when nothing came in for this long. */
  heartbeatMs: number;
  /** How long the provider has to answer a ping. */
  heartbeatTimeoutMs: number;
  /** The longest wait before the second attempt; it doubles with each further one. The wait is random between 0 and that. */
  backoffMs: number;
  maxBackoffMs: number;
  /** After so many attempts in a row the connection rests. */
  maxAttempts: number;
  /** While it rests, an attempt is made this often, as long as audio comes. */
  restMs: number;
  /** Audio that can wait for the provider; beyond it the oldest is dropped and counted. */
  reconnectBufferMs: number;
  /** What closing may take: sending what waits, the farewell, and the provider's last messages. */
  farewellMs: number;
  /** A larger message from the provider ends the connection. */
  maxMessageBytes: number;
}

/**
 * The defaults with what is different.
 *
 * @throws RangeError for a time or limit that can't be
 */
export function connectionPolicy(different: Partial<ConnectionPolicy> = {}): ConnectionPolicy {
  const policy = { ...defaultConnectionPolicy, ...different };
  for (const [name, value] of Object.entries(policy)) {
    const least = name === 'maxAttempts' ? 1 : 0;
    const most = name === 'farewellMs' ? defaultConnectionPolicy.farewellMs : Infinity;
    if (typeof value === 'number' && value >= least && value <= most) continue;
    const range = most === Infinity ? `${least} or more` : `from ${least} to ${most}`;
    throw new RangeError(`connection.${name} must be ${range}, got ${String(value)}`);
  }
  return policy;
}

export const defaultConnectionPolicy: Readonly<ConnectionPolicy> = Object.freeze({
  connectTimeoutMs: 10_000,
  heartbeatMs: 15_000,
  heartbeatTimeoutMs: 10_000,
  backoffMs: 250,
  maxBackoffMs: 8_000,
  maxAttempts: 6,
  restMs: 30_000,
  reconnectBufferMs: 5_000,
  farewellMs: 1_000,
  maxMessageBytes: 16 * 1024 * 1024,
});
