import { describe, expect, it } from 'vitest';
import { ProviderError } from '../errors/provider-error.ts';
import { defaultConnectionPolicy as policy } from './connection-policy.ts';
import {
  nextConnectionState,
  type ConnectionInput,
  type ConnectionState,
} from './connection-state.ts';

const network = new ProviderError({ provider: 'acme', kind: 'network', message: 'cut' });
const auth = new ProviderError({ provider: 'acme', kind: 'auth', message: 'wrong key' });
const lost: ConnectionInput = { type: 'lost', error: network, progressed: false };

function run(from: ConnectionState, ...inputs: ConnectionInput[]): ConnectionState {
  return inputs.reduce((state, input) => nextConnectionState(state, input, policy), from);
}

describe('nextConnectionState', () => {
  it('connects, and doubles the wait with each failure up to the maximum', () => {
    let state = run({ name: 'idle' }, { type: 'open' });
    const waits: number[] = [];
    while (state.name === 'connecting') {
      state = run(state, lost);
      if (state.name === 'waiting') waits.push(state.maxDelayMs);
      state = run(state, { type: 'timer' });
    }
    expect(waits).toEqual([250, 500, 1_000, 2_000, 4_000]);
    expect(state).toEqual({ name: 'resting', due: true });
  });

  it('counts from one again once a session did some work', () => {
    const state = run({ name: 'ready', attempt: 5 }, { ...lost, progressed: true });
    expect(state).toEqual({ name: 'waiting', attempt: 1, minDelayMs: 0, maxDelayMs: 250 });
  });

  it('goes on counting when a session is accepted and cut at once', () => {
    expect(run({ name: 'ready', attempt: 5 }, lost)).toMatchObject({ name: 'waiting', attempt: 6 });
    expect(run({ name: 'ready', attempt: 6 }, lost)).toEqual({ name: 'resting', due: false });
  });

  it('waits as long as the provider asks for', () => {
    const error = new ProviderError({
      provider: 'acme',
      kind: 'rate-limit',
      message: 'slow',
      retryAfterMs: 7_000,
    });
    expect(
      run({ name: 'connecting', attempt: 1 }, { type: 'lost', error, progressed: false }),
    ).toMatchObject({
      minDelayMs: 7_000,
    });
  });

  it('tries again from rest only when it is due and audio comes', () => {
    const resting: ConnectionState = { name: 'resting', due: false };
    expect(run(resting, { type: 'audio' })).toEqual(resting);
    const tried = run(resting, { type: 'timer' }, { type: 'audio' });
    expect(tried).toEqual({ name: 'connecting', attempt: policy.maxAttempts });
    expect(run(tried, lost)).toEqual(resting);
  });

  it('gives up at a permanent error, and leaves closed only as closed', () => {
    const failed = run(
      { name: 'connecting', attempt: 1 },
      { type: 'lost', error: auth, progressed: false },
    );
    expect(failed).toEqual({ name: 'failed', error: auth });
    expect(run(failed, { type: 'open' }, { type: 'timer' }, { type: 'audio' })).toEqual(failed);
    expect(run(failed, { type: 'close' }, { type: 'open' }, lost)).toEqual({ name: 'closed' });
  });
});
