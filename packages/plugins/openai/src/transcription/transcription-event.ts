import { z } from 'zod';
import { StreamError } from '../failure.ts';

const item = { item_id: z.string() };

/**
 * The events of a realtime transcription session, with the fields that are used here; unknown ones are left out.
 *
 * Protocol: `RealtimeServerEvent` of the package `openai`.
 */
export const TranscriptionEvent = z.discriminatedUnion('type', [
  z.object({ type: z.enum(['session.created', 'session.updated']) }),
  z.object({ type: z.literal('input_audio_buffer.speech_started'), ...item }),
  z.object({ type: z.literal('input_audio_buffer.speech_stopped'), ...item }),
  z.object({ type: z.literal('input_audio_buffer.committed'), ...item }),
  z.object({
    type: z.literal('conversation.item.input_audio_transcription.delta'),
    ...item,
    delta: z.string().nullish(),
  }),
  z.object({
    type: z.literal('conversation.item.input_audio_transcription.completed'),
    ...item,
    transcript: z.string(),
    logprobs: z.array(z.object({ logprob: z.number().nullish() })).nullish(),
    languages: z.array(z.object({ code: z.string().nullish() })).nullish(),
  }),
  z.object({
    type: z.literal('conversation.item.input_audio_transcription.failed'),
    ...item,
    error: StreamError,
  }),
  z.object({ type: z.literal('error'), error: StreamError }),
]);

export type TranscriptionEvent = z.output<typeof TranscriptionEvent>;
