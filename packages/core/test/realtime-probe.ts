import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';
import { z } from 'zod';
import { MONO_16K, MONO_24K, type PcmData } from '../src/audio/index.ts';
import type { SocketData } from '../src/connection/index.ts';
import {
  Realtime,
  RealtimeErrorEvent,
  type RealtimeCodec,
  type RealtimeCommand,
  type RealtimeEvent,
  type RealtimeInit,
  type RealtimeOutput,
  type RealtimeSession,
  type RealtimeSocketSpec,
} from '../src/realtime/index.ts';

/** A provider whose messages are the events themselves; audio is in base64. */
const Message = z.looseObject({ type: z.string(), audio: z.string().optional() });
type Message = z.output<typeof Message>;

export class ProbeCodec implements RealtimeCodec<Message> {
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  open({ instructions, tools, resume }: RealtimeSession): RealtimeSocketSpec<Message> {
    return {
      url: this.#url,
      messages: Message,
      hello: { type: 'hello', instructions, tools: tools.map(({ name }) => name), resume },
      ready: ({ type }) => type === 'ready',
    };
  }

  decode({ audio, ...message }: Message): readonly RealtimeEvent[] {
    if (message.type === 'ready') return [];
    const event = {
      ...message,
      ...(audio !== undefined && { audio: Buffer.from(audio, 'base64') }),
    };
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a test sends events as they are
    return [event as unknown as RealtimeEvent];
  }

  encodeAudio(pcm: PcmData): SocketData {
    return pcm;
  }

  encode(command: RealtimeCommand): readonly SocketData[] {
    return [command];
  }
}

export class Probe extends Realtime {
  readonly errors: string[] = [];
  readonly #url: string;

  constructor(url: string, init: Partial<RealtimeInit> = {}) {
    super({ provider: 'acme', inputFormat: MONO_16K, outputFormat: MONO_24K, ...init });
    this.#url = url;
    this.events.on(RealtimeErrorEvent, ({ error }) => void this.errors.push(error.message));
  }

  protected override createCodec(): RealtimeCodec {
    return new ProbeCodec(this.#url);
  }
}

type Sent = RealtimeEvent | { type: string; audio?: string };

/** The other side: what it was sent, and what a test has it say. */
export class ProbeServer {
  readonly received: { type: string; [field: string]: unknown }[] = [];
  readonly audio: Buffer[] = [];
  readonly #server: WebSocketServer;
  #socket: WebSocket | undefined;
  #waiting: (() => void)[] = [];
  accepting = true;

  private constructor(server: WebSocketServer) {
    this.#server = server;
    server.on('connection', (socket) => {
      this.#socket = socket;
      socket.on('message', (data, isBinary) => {
        const bytes = Array.isArray(data) ? Buffer.concat(data) : Buffer.from(new Uint8Array(data));
        if (isBinary) this.audio.push(bytes);
        else this.received.push(JSON.parse(bytes.toString()));
        if (!isBinary && this.received.at(-1)?.type === 'hello' && this.accepting)
          this.say({ type: 'ready' });
        for (const wake of this.#waiting.splice(0)) wake();
      });
    });
  }

  static async listen(): Promise<ProbeServer> {
    const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
    await once(server, 'listening');
    return new ProbeServer(server);
  }

  get url(): string {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it listens on a port
    return `ws://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Of which types what it was sent is. */
  get types(): string[] {
    return this.received.map(({ type }) => type);
  }

  say(...events: readonly Sent[]): void {
    for (const event of events) this.#socket?.send(JSON.stringify(event));
  }

  /** Audio of the agent: so many milliseconds at 24 kHz, each sample this value. */
  speak(value: number, durationMs: number, more: object = {}): void {
    const samples = new Int16Array(24 * durationMs).fill(value);
    const audio = Buffer.from(samples.buffer).toString('base64');
    this.say({ type: 'audio', audio, ...more });
  }

  cut(): void {
    this.#socket?.terminate();
  }

  /** Resolves with the first message of this type that is there after `from`. */
  async message(type: string, from = 0): Promise<{ type: string; [field: string]: unknown }> {
    for (;;) {
      const found = this.received.slice(from).find((message) => message.type === type);
      if (found) return found;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  async close(): Promise<void> {
    for (const client of this.#server.clients) client.terminate();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** What output is, in short. */
export function brief(item: RealtimeOutput): string {
  switch (item.type) {
    case 'audio-output':
      return `audio ${String(item.pcm.samples[0])} ${String(item.pcm.durationMs)} ms`;
    case 'audio-output-done':
      return item.interrupted ? `interrupted at ${String(item.playedMs)} ms` : 'audio done';
    case 'agent-transcript':
      return `agent ${item.mode}: ${item.text}`;
    case 'user-transcript':
      return `user ${item.mode}: ${item.text}`;
    case 'agent-speech-ended':
      return item.interrupted ? 'agent-speech-ended by interruption' : item.type;
    default:
      return item.type;
  }
}
