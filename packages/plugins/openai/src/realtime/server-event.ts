import type { RealtimeServerEvent } from 'openai/resources/realtime/realtime';
import { z } from 'zod';

/** What is sent besides, and is of no concern here. */
const ignored = [
  'conversation.created',
  'conversation.item.added',
  'conversation.item.created',
  'conversation.item.deleted',
  'conversation.item.done',
  'conversation.item.input_audio_transcription.segment',
  'conversation.item.retrieved',
  'conversation.item.truncated',
  'input_audio_buffer.cleared',
  'input_audio_buffer.committed',
  'input_audio_buffer.dtmf_event_received',
  'input_audio_buffer.timeout_triggered',
  'mcp_list_tools.completed',
  'mcp_list_tools.failed',
  'mcp_list_tools.in_progress',
  'output_audio_buffer.cleared',
  'output_audio_buffer.started',
  'output_audio_buffer.stopped',
  'rate_limits.updated',
  'response.content_part.added',
  'response.content_part.done',
  'response.function_call_arguments.delta',
  'response.mcp_call.completed',
  'response.mcp_call.failed',
  'response.mcp_call.in_progress',
  'response.mcp_call_arguments.delta',
  'response.mcp_call_arguments.done',
  'response.output_audio.done',
] as const satisfies readonly RealtimeServerEvent['type'][];

const Item = z.object({
  id: z.string().nullish(),
  type: z.string(),
  status: z.string().nullish(),
  call_id: z.string().nullish(),
  name: z.string().nullish(),
  arguments: z.string().nullish(),
});

const ofItem = { item_id: z.string().nullish() };
const ofResponse = { response_id: z.string().nullish() };
const inResponse = { ...ofItem, ...ofResponse };

/** Some servers give an HTTP status as the code. */
const code = z.union([z.string(), z.number().transform(String)]).nullish();
const Failure = z.object({ message: z.string().nullish(), code, type: z.string().nullish() });

/**
 * What the server says, with the fields that are used here. The older names of events are those of the beta, which
 * many servers still speak that have taken the protocol over.
 *
 * Protocol: `RealtimeServerEvent` of the package `openai`.
 */
export const ServerEvent = z.discriminatedUnion('type', [
  z.object({
    type: z.enum(['session.created', 'session.updated']),
    session: z.object({ id: z.string().nullish() }).nullish(),
  }),
  z.object({ type: z.literal('input_audio_buffer.speech_started'), item_id: z.string().nullish() }),
  z.object({ type: z.literal('input_audio_buffer.speech_stopped'), item_id: z.string().nullish() }),
  z.object({
    type: z.literal('conversation.item.input_audio_transcription.delta'),
    ...ofItem,
    delta: z.string().nullish(),
  }),
  z.object({
    type: z.literal('conversation.item.input_audio_transcription.completed'),
    ...ofItem,
    transcript: z.string(),
  }),
  z.object({
    type: z.literal('conversation.item.input_audio_transcription.failed'),
    ...ofItem,
    error: Failure.nullish(),
  }),
  z.object({
    type: z.literal('response.created'),
    response: z.object({
      id: z.string().nullish(),
      metadata: z.record(z.string(), z.unknown()).nullish(),
    }),
  }),
  z.object({
    type: z.enum(['response.output_audio.delta', 'response.audio.delta']),
    ...inResponse,
    delta: z.base64(),
  }),
  z.object({
    type: z.enum([
      'response.output_audio_transcript.delta',
      'response.audio_transcript.delta',
      'response.output_text.delta',
      'response.text.delta',
    ]),
    ...inResponse,
    delta: z.string(),
  }),
  z.object({
    type: z.enum(['response.output_audio_transcript.done', 'response.audio_transcript.done']),
    ...inResponse,
    transcript: z.string(),
  }),
  z.object({
    type: z.enum(['response.output_text.done', 'response.text.done']),
    ...inResponse,
    text: z.string(),
  }),
  z.object({
    type: z.enum(['response.output_item.added', 'response.output_item.done']),
    ...ofResponse,
    item: Item,
  }),
  z.object({
    type: z.literal('response.function_call_arguments.done'),
    ...inResponse,
    call_id: z.string(),
    name: z.string().nullish(),
    arguments: z.string(),
  }),
  z.object({
    type: z.literal('response.done'),
    response: z.object({
      id: z.string().nullish(),
      status: z.string().nullish(),
      output: z.array(Item).nullish().catch(undefined),
      // That it has ended is what matters.
      status_details: z
        .object({ reason: z.string().nullish(), error: Failure.nullish() })
        .nullish()
        .catch(undefined),
      usage: z
        .object({ input_tokens: z.number().nullish(), output_tokens: z.number().nullish() })
        .nullish()
        .catch(undefined),
    }),
  }),
  z.object({
    type: z.literal('error'),
    error: Failure.extend({ event_id: z.string().nullish() }),
  }),
  z.object({ type: z.enum([...ignored, 'response.audio.done', 'response.output_audio.done']) }),
]);

export type ServerEvent = z.output<typeof ServerEvent>;
export type ServerItem = z.output<typeof Item>;
