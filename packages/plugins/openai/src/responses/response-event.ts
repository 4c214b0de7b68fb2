import { z } from 'zod';
import { StreamError } from '../failure.ts';

/** What a response is made of: a message, a call, reasoning; and what is of no use here. */
export const OutputItem = z.looseObject({ type: z.string() });

export type OutputItem = z.output<typeof OutputItem>;

export const FunctionCall = z.object({
  type: z.literal('function_call'),
  call_id: z.string(),
  name: z.string(),
  arguments: z.string(),
  status: z.string().nullish(),
});

/** Reasoning that can be sent back: sealed, or in the open. */
export const KeepableReasoning = z.union([
  z.looseObject({ type: z.literal('reasoning'), encrypted_content: z.string().min(1) }),
  z.looseObject({ type: z.literal('reasoning'), content: z.array(z.unknown()).min(1) }),
]);

const Response = z.object({
  model: z.string().nullish(),
  output: z.array(OutputItem).nullish(),
  error: StreamError.nullish(),
  incomplete_details: z.object({ reason: z.string().nullish() }).nullish(),
  usage: z
    .object({ input_tokens: z.number().nullish(), output_tokens: z.number().nullish() })
    .nullish(),
});

const Text = { item_id: z.string(), delta: z.string() };

/**
 * The events of a response, with the fields that are used here; unknown ones are left out.
 *
 * Protocol: `ResponseStreamEvent` of the package `openai`.
 */
export const ResponseEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('response.output_text.delta'), ...Text }),
  z.object({ type: z.literal('response.refusal.delta'), ...Text }),
  z.object({ type: z.literal('response.output_item.done'), item: OutputItem }),
  z.object({ type: z.literal('response.completed'), response: Response }),
  z.object({ type: z.literal('response.incomplete'), response: Response }),
  z.object({ type: z.literal('response.failed'), response: Response }),
  z.object({
    type: z.literal('error'),
    message: z.string().nullish(),
    code: z.string().nullish(),
    /** As some servers have it. */
    error: StreamError.nullish(),
  }),
]);

export type ResponseEvent = z.output<typeof ResponseEvent>;
