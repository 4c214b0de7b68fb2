import {
  PcmData,
  type ConnectionPolicy,
  type ProviderError,
  type SocketSpec,
} from '@vision-agents/core';
import { defaultConnectionPolicy, ProviderSocket } from '@vision-agents/core/connection';
import { z } from 'zod';
import { VirtualClock } from '../../src/index.ts';
import { FAREWELL } from './fault-server.ts';

export const Message = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('text'), text: z.string() }),
]);
export type Message = z.output<typeof Message>;

/** A chunk that carries its number, so that the server can tell which one it got. */
export function numberedChunk(number: number, durationMs = 20): PcmData {
  const samples = new Int16Array(durationMs * 16);
  new DataView(samples.buffer).setInt32(0, number, true);
  return new PcmData({ samples, sampleRate: 16_000 });
}

/** A socket under test on a virtual clock, and everything that it told. */
export class SocketProbe {
  readonly clock = new VirtualClock();
  readonly socket: ProviderSocket<Message>;
  readonly log: string[] = [];
  readonly errors: ProviderError[] = [];
  readonly messages: Message[] = [];
  /** What each connection that ended may have lost, in milliseconds. */
  readonly unconfirmed: number[] = [];
  readonly policy: ConnectionPolicy;
  onConnected: () => void = () => undefined;
  onDisconnected: () => void = () => undefined;

  constructor(
    url: () => string,
    spec: Partial<SocketSpec<Message>> = {},
    init: { policy?: Partial<ConnectionPolicy>; random?: () => number } = {},
  ) {
    this.policy = { ...defaultConnectionPolicy, ...init.policy };
    this.socket = new ProviderSocket<Message>({
      provider: 'acme',
      clock: this.clock,
      random: init.random ?? (() => 0.5),
      policy: this.policy,
      spec: () => ({
        url: url(),
        messages: Message,
        ready: (message) => message.type === 'ready',
        farewell: FAREWELL,
        onMessage: (message) => void this.messages.push(message),
        ...spec,
      }),
      onConnected: () => {
        this.log.push('connected');
        this.onConnected();
      },
      onDisconnected: ({ clean, unconfirmedMs }) => {
        this.unconfirmed.push(unconfirmedMs);
        this.log.push(clean ? 'closed' : 'cut');
        this.onDisconnected();
      },
      onError: (error, context) => {
        this.errors.push(error);
        this.log.push(`${error.kind}: ${context}`);
      },
      onIgnored: () => this.log.push('ignored'),
    });
  }

  /** Closes, and lets the time pass that it takes. */
  async close(): Promise<void> {
    const limitMs = this.policy.farewellMs * 1.25 + 10;
    await this.clock.until(this.socket.close(), { limitMs });
  }
}
