import { z } from 'zod';
import { StreamError } from '../failure.ts';

/** A call comes whole, or in pieces that have its index. */
export const CallPiece = z.object({
  index: z.number().nullish(),
  id: z.string().nullish(),
  function: z
    .object({
      name: z.string().nullish(),
      arguments: z.union([z.string(), z.record(z.string(), z.unknown())]).nullish(),
    })
    .nullish(),
  /** Of Gemini: what it wants back with the call. */
  extra_content: z.unknown().optional(),
});

const Content = z.union([
  z.string(),
  z
    .array(z.object({ type: z.string(), text: z.string().nullish() }))
    .transform((parts) => parts.map(({ type, text }) => (type === 'text' ? text : '')).join('')),
]);

const Said = z.object({
  content: Content.nullish(),
  refusal: z.string().nullish(),
  tool_calls: z.array(CallPiece).nullish(),
  /** What a model thinks, by DeepSeek and others. */
  reasoning_content: z.string().nullish(),
  /** The same, by OpenRouter and others. */
  reasoning: z.string().nullish(),
  reasoning_details: z.array(z.unknown()).nullish(),
});

/**
 * A piece of a streamed answer, or a whole one, with the fields that are used here. Lenient, because many providers
 * send it.
 *
 * Protocol: `ChatCompletionChunk` and `ChatCompletion` of the package `openai`.
 */
export const ChatChunk = z.object({
  error: StreamError.nullish(),
  model: z.string().nullish(),
  choices: z
    .array(
      z.object({
        delta: Said.nullish(),
        message: Said.nullish(),
        finish_reason: z.string().nullish(),
      }),
    )
    .nullish(),
  usage: z
    .object({ prompt_tokens: z.number().nullish(), completion_tokens: z.number().nullish() })
    .nullish(),
});

export type ChatChunk = z.output<typeof ChatChunk>;
