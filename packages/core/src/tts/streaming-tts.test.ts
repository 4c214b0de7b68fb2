import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocketServer, type WebSocket } from 'ws';
import { z } from 'zod';
import { HurriedClock } from '../../test/hurried-clock.ts';
import { MONO_16K, type PcmData } from '../audio/index.ts';
import {
  StreamingTTS,
  TTSErrorEvent,
  type SpeechSocketSpec,
  type SpeechStream,
  type StreamingTTSInit,
} from './index.ts';

const Message = z.discriminatedUnion('type', [
  z.object({ type: z.enum(['done', 'cancelled']), id: z.string().optional() }),
  z.object({ type: z.literal('error'), id: z.string().optional() }),
]);

class Probe extends StreamingTTS {
  readonly errors: string[] = [];
  readonly #url: string;

  constructor(url: string, init: Partial<StreamingTTSInit> = {}) {
    super({ provider: 'acme', providerFormat: MONO_16K, serial: true, ...init });
    this.#url = url;
    this.events.on(TTSErrorEvent, ({ error }) => void this.errors.push(error.message));
  }

  protected override openStream(speech: SpeechStream): SpeechSocketSpec<z.output<typeof Message>> {
    return {
      url: this.#url,
      messages: Message,
      speak: (text) => ({ text }),
      cancel: () => ({ cancel: true }),
      onBytes: (bytes) => speech.audio(bytes),
      onMessage: ({ type }) => {
        if (type === 'done') speech.done();
        if (type === 'cancelled') speech.cancelled();
        if (type === 'error') speech.error('content', 'no such word');
      },
    };
  }
}

async function audioOf(speech: AsyncIterable<{ pcm: PcmData | undefined }>): Promise<number[]> {
  const samples: number[] = [];
  for await (const { pcm } of speech) samples.push(...(pcm?.samples ?? []));
  return samples;
}

function speak(socket: WebSocket, ...samples: number[]): void {
  socket.send(Buffer.from(Int16Array.from(samples).buffer));
}

describe('StreamingTTS', () => {
  let server: WebSocketServer;
  let url: string;
  const heard: string[] = [];
  let answer: (socket: WebSocket, said: string) => void;

  beforeEach(async () => {
    heard.length = 0;
    server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    server.on('connection', (socket) => {
      heard.push('connection');
      socket.on('message', (data: Buffer) => {
        heard.push(data.toString());
        answer(socket, data.toString());
      });
    });
    await once(server, 'listening');
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it listens on a port
    url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  afterEach(() => {
    for (const client of server.clients) client.terminate();
    server.close();
  });

  it('hears nothing of a text that was taken back, until the provider says that it is', async () => {
    const tts = new Probe(url);
    const first = Promise.withResolvers<WebSocket>();
    answer = (socket, said) => {
      if (said.includes('One')) speak(socket, 1);
      if (said.includes('One')) first.resolve(socket);
      if (said.includes('cancel')) {
        speak(socket, 1, 1);
        socket.send('{"type":"done"}');
        speak(socket, 1);
        socket.send('{"type":"cancelled"}');
      }
      if (said.includes('Two')) {
        speak(socket, 2, 2);
        socket.send('{"type":"done"}');
      }
    };
    const reading = audioOf(tts.send('One.'));
    await first.promise;
    await tts.interrupt();
    await reading;
    expect(await audioOf(tts.send('Two.'))).toEqual([2, 2]);
    expect(heard).toEqual(['connection', '{"text":"One."}', '{"cancel":true}', '{"text":"Two."}']);
    await tts.close();
    expect(tts.errors).toEqual([]);
  });

  it('makes the connection anew when the provider does not say so in time', async () => {
    const clock = new HurriedClock(10_000, 15_000, 30_000, 5_000, 2_000);
    const tts = new Probe(url).useClock(clock);
    answer = (socket, said) => {
      if (said.includes('One')) speak(socket, 1);
      if (!said.includes('Two')) return;
      speak(socket, 2);
      socket.send('{"type":"done"}');
    };
    for await (const chunk of tts.send('One.')) if (chunk.pcm) break;
    expect(await audioOf(tts.send('Two.'))).toEqual([2]);
    expect(heard.filter((said) => said === 'connection')).toHaveLength(2);
    expect(tts.errors).toEqual([]);
    await tts.close();
  });

  it('asks again, once, for a text of which nothing came when the connection was lost', async () => {
    const clock = new HurriedClock(10_000, 15_000, 30_000, 5_000, 2_000);
    const tts = new Probe(url).useClock(clock);
    answer = (socket) => socket.terminate();
    await expect(audioOf(tts.send('One.'))).rejects.toMatchObject({ kind: 'network' });
    expect(heard.filter((said) => said.includes('One'))).toHaveLength(2);
    answer = (socket) => {
      speak(socket, 3);
      socket.send('{"type":"done"}');
    };
    expect(await audioOf(tts.send('Two.'))).toEqual([3]);
    await tts.close();
  });

  it('tells an error once, and goes on', async () => {
    const tts = new Probe(url);
    answer = (socket, said) => {
      if (said.includes('Two')) speak(socket, 4);
      socket.send(said.includes('One') ? '{"type":"error"}' : '{"type":"done"}');
    };
    await expect(audioOf(tts.send('One.'))).rejects.toMatchObject({ kind: 'content' });
    expect(await audioOf(tts.send('Two.'))).toEqual([4]);
    expect(tts.errors).toEqual(['acme: no such word']);
    await tts.close();
  });

  it('rejects at once while the provider can not be reached', async () => {
    server.close();
    for (const client of server.clients) client.terminate();
    const clock = new HurriedClock(10_000, 15_000, 30_000, 5_000, 2_000);
    const tts = new Probe(url, { connection: { maxAttempts: 2, restMs: 30_000 } }).useClock(clock);
    await tts.start();
    await expect(audioOf(tts.send('One.'))).rejects.toMatchObject({ kind: 'network' });
    await expect(audioOf(tts.send('Two.'))).rejects.toMatchObject({ kind: 'network' });
    await tts.close();
  });
});
