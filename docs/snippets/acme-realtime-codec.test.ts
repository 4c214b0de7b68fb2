import { expect, it } from 'vitest';
import { Codec } from './acme-realtime.ts';

const codec = new Codec({ apiKey: 'none', baseUrl: 'wss://api.acme.example' });

it('knows that the provider stops by itself when it hears a user', () => {
  const interrupt = {
    type: 'interrupt',
    active: true,
    heard: [{ itemId: 'last', playedMs: 420 }],
  } as const;
  const cut = { type: 'cut', playedMs: 420 };
  expect(codec.encode({ ...interrupt, cause: 'user-speech' })).toEqual([cut]);
  expect(codec.encode({ ...interrupt, cause: 'request' })).toEqual([{ type: 'stop' }, cut]);
});

it('tells what a message says', () => {
  expect(codec.decode({ type: 'heard', text: 'Hello?' })).toEqual([
    { type: 'user-transcript', mode: 'final', text: 'Hello?' },
  ]);
});
