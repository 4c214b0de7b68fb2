import type { Changes } from '../contract/changes.ts';
import type { FakeVoice } from './fake-voice.ts';

/** How a plugin reaches its provider: a connection for all texts, or a request for each. */
export type TTSTransport = 'socket' | 'http';

/** What a contract rule drives, whatever the transport: a plugin's own fake of its provider. */
export interface TTSFake {
  readonly transport: TTSTransport;
  /** What it says, and how. */
  readonly voice: FakeVoice;
  /** Told whenever something was received, said, opened or closed. */
  readonly changes: Changes;
  /** Each time the plugin asked for a connection or for speech, also what was refused. */
  readonly requests: readonly TTSFakeRequest[];
  /** What the plugin did that the protocol does not allow. */
  readonly violations: readonly string[];
  /** Connections that are open. */
  readonly openConnections: number;

  start(): Promise<void>;
  stop(): Promise<void>;
  /** From now on the plugin is refused, with this HTTP status, until `accept()`. */
  refuse(status?: number): void;
  /** From now on nothing is answered, until `accept()`. */
  stall(): void;
  accept(): void;
  /** Cuts what is under way. */
  drop(): void;
  /** @throws Error naming what is left over */
  assertDone(): void;
}

/** What a plugin sent to ask for something. */
export interface TTSFakeRequest {
  readonly url: URL;
  readonly headers: unknown;
}
