import { withQuery, type PcmData } from '@vision-agents/core';
import type { RealtimeClientEvent } from 'openai/resources/realtime/realtime';
import { endpoint, NO_KEY } from '../options.ts';

/** Where a session is opened, whatever it is for, and how it says whose it is. */
export function sessionAddress(
  { apiKey = NO_KEY, baseUrl }: { apiKey?: string | undefined; baseUrl: string },
  query: Readonly<Record<string, string>>,
): { url: string; headers: { authorization: string } } {
  const headers = { authorization: `Bearer ${apiKey}` };
  return { url: withQuery(endpoint(baseUrl, '/realtime'), query), headers };
}

/** A piece of what a session is to hear. */
export function appendAudio(pcm: PcmData): RealtimeClientEvent {
  const audio = Buffer.from(pcm.toBytes()).toString('base64');
  return { type: 'input_audio_buffer.append', audio };
}
