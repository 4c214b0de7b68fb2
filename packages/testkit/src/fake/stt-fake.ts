import type { AudioFormat, PcmData } from '@vision-agents/core/audio';
import type { Changes } from '../contract/changes.ts';

/** How a plugin reaches its provider: a connection per speaker, a request per utterance, or a thread of its own. */
export type STTTransport = 'socket' | 'http' | 'worker';

/** What a contract rule drives, whatever the transport: a plugin's own fake of its provider. */
export interface STTFake {
  readonly transport: STTTransport;
  readonly format: AudioFormat;
  /** Told whenever something was received, said, opened or closed. */
  readonly changes: Changes;
  /** What was received, by kind, with runs of the same kind as one: `['audio', 'close']`. */
  readonly received: readonly string[];
  /** Each time the plugin asked for something, also what was refused. */
  readonly requests: readonly STTFakeRequest[];
  /** What the plugin did that the protocol does not allow. */
  readonly violations: readonly string[];
  /** Why the plugin was refused, but for `refuse()`: `HTTP 404 for /listen?model=x`. */
  readonly refusals: readonly string[];
  /** The last that it said or answered, cut to a line. */
  readonly said: readonly string[];
  /** Connections and threads that are open. */
  readonly openConnections: number;
  /** Audio that was received, in milliseconds. */
  readonly audioMs: number;
  /** The words that were heard, in order. */
  readonly heard: readonly string[];

  start(): Promise<void>;
  stop(): Promise<void>;
  /** From now on the plugin is refused, with this HTTP status where there is one, until `accept()`. */
  refuse(status?: number): void;
  /** From now on nothing is answered, until `accept()`. */
  stall(): void;
  accept(): void;
  /** Cuts what is under way. */
  drop(): void;
  /** Says something that is no message of any protocol. */
  garbage(): void;
  /** Resolves with the audio received so far once there is as much as that. */
  expectAudio(options?: {
    durationMs?: number | undefined;
    timeoutMs?: number | undefined;
  }): Promise<PcmData>;
  /** Says a final text: now on a connection, else as the answer to the next utterance. */
  final(text: string): Promise<void>;
  /** Complains: now on a connection, else as the answer to the next utterance. */
  error(message: string): Promise<void>;
  /** @throws Error naming what is left over */
  assertDone(): void;
}

/** What a plugin sent to ask for something; a thread is sent neither. */
export interface STTFakeRequest {
  readonly url?: URL | undefined;
  readonly headers?: unknown;
}
