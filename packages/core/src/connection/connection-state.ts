import type { ProviderError } from '../errors/provider-error.ts';
import type { ConnectionPolicy } from './connection-policy.ts';

/** Where a connection that reconnects by itself stands. */
export type ConnectionState =
  | { name: 'idle' }
  /** The socket is being opened, or the provider has not accepted the session yet. */
  | { name: 'connecting'; attempt: number }
  | { name: 'ready'; attempt: number }
  /** Until the next attempt; `maxDelayMs` is its upper bound and `minDelayMs` what the provider asked for. */
  | { name: 'waiting'; attempt: number; minDelayMs: number; maxDelayMs: number }
  /** The attempts are used up. Once `due`, the next audio makes one more. */
  | { name: 'resting'; due: boolean }
  /** The provider refused for good: a wrong key, an unknown model. */
  | { name: 'failed'; error: ProviderError }
  | { name: 'closed' };

export type ConnectionInput =
  | { type: 'open' }
  | { type: 'ready' }
  /** `progressed`: the session did some work or stood for a while, so the next attempt is a first one again. */
  | { type: 'lost'; error: ProviderError; progressed: boolean }
  | { type: 'timer' }
  | { type: 'audio' }
  | { type: 'close' };

/** The next state. An input that means nothing in a state leaves it as it is. */
export function nextConnectionState(
  state: ConnectionState,
  input: ConnectionInput,
  policy: ConnectionPolicy,
): ConnectionState {
  if (state.name === 'closed' || state.name === 'failed') {
    return input.type === 'close' ? { name: 'closed' } : state;
  }
  switch (input.type) {
    case 'open':
      return state.name === 'idle' ? { name: 'connecting', attempt: 1 } : state;
    case 'ready':
      return state.name === 'connecting' ? { name: 'ready', attempt: state.attempt } : state;
    case 'lost':
      return afterLoss(state, input, policy);
    case 'timer':
      if (state.name === 'waiting') return { name: 'connecting', attempt: state.attempt };
      return state.name === 'resting' ? { name: 'resting', due: true } : state;
    case 'audio':
      return state.name === 'resting' && state.due
        ? { name: 'connecting', attempt: policy.maxAttempts }
        : state;
    case 'close':
      return { name: 'closed' };
  }
}

function afterLoss(
  state: ConnectionState,
  { error, progressed }: { error: ProviderError; progressed: boolean },
  policy: ConnectionPolicy,
): ConnectionState {
  if (!error.retryable) return { name: 'failed', error };
  if (state.name !== 'connecting' && state.name !== 'ready') return state;
  const made = progressed ? 0 : state.attempt;
  if (made >= policy.maxAttempts) return { name: 'resting', due: false };
  return {
    name: 'waiting',
    attempt: made + 1,
    minDelayMs: error.retryAfterMs ?? 0,
    maxDelayMs: Math.min(policy.maxBackoffMs, policy.backoffMs * 2 ** Math.max(0, made - 1)),
  };
}
