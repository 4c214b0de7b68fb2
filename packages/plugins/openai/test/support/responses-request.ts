import type { FakePrompt, FakePromptMessage } from '@vision-agents/testkit';
import { z } from 'zod';

const name = z.string().regex(/^[a-zA-Z0-9_-]{1,64}$/);

/** With `strict` the schema has every property required, and no other allowed. */
const StrictObject: z.ZodType = z
  .looseObject({
    type: z.literal('object'),
    additionalProperties: z.literal(false),
    required: z.array(z.string()),
    properties: z.record(z.string(), z.unknown()),
  })
  .refine(
    ({ required, properties }) => Object.keys(properties).every((key) => required.includes(key)),
    {
      error: "Invalid schema for function: 'required' must include every key in properties",
    },
  );

const Tool = z.discriminatedUnion('strict', [
  z.strictObject({
    type: z.literal('function'),
    name,
    description: z.string(),
    strict: z.literal(false),
    parameters: z.looseObject({ type: z.literal('object') }),
  }),
  z.strictObject({
    type: z.literal('function'),
    name,
    description: z.string(),
    strict: z.literal(true),
    parameters: StrictObject,
  }),
]);

const InputText = z.strictObject({ type: z.literal('input_text'), text: z.string() });
const InputImage = z.strictObject({
  type: z.literal('input_image'),
  detail: z.enum(['low', 'high', 'auto', 'original']),
  image_url: z
    .string()
    .regex(/^(https?:\/\/\S+|data:image\/(png|jpeg|gif|webp);base64,[\w+/]+=*)$/),
});

const Item = z.union([
  z.strictObject({
    role: z.enum(['user', 'system', 'developer']),
    content: z.union([z.string().min(1), z.array(z.union([InputText, InputImage])).min(1)]),
  }),
  z.strictObject({ role: z.literal('assistant'), content: z.string() }),
  z.strictObject({
    type: z.literal('function_call'),
    id: z.string().optional(),
    call_id: z.string(),
    name,
    arguments: z.string(),
    status: z.string().optional(),
  }),
  z.strictObject({
    type: z.literal('function_call_output'),
    call_id: z.string(),
    output: z.string(),
  }),
  z.strictObject({
    type: z.literal('reasoning'),
    id: z.string(),
    summary: z.array(z.unknown()),
    encrypted_content: z.string(),
    status: z.string().optional(),
  }),
]);

/** A request, as strictly as the service takes it (openai 7.57, `ResponseCreateParams`; of what is not kept). */
const Body = z.strictObject({
  model: z.string().min(1),
  input: z.union([z.string(), z.array(Item).min(1)]),
  instructions: z.string().optional(),
  store: z.literal(false),
  stream: z.boolean().optional(),
  tools: z.array(Tool).min(1).optional(),
  include: z.array(z.literal('reasoning.encrypted_content')).optional(),
  reasoning: z
    .strictObject({ effort: z.enum(['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max']) })
    .optional(),
  temperature: z.number().min(0).max(2).optional(),
  max_output_tokens: z.int().min(16).optional(),
  metadata: z.record(z.string(), z.string()).optional(),
});

export interface ResponsesRequest extends FakePrompt {
  readonly stream: boolean;
  /** Reasoning is to be sent sealed. */
  readonly seal: boolean;
}

/** @throws Error when the service would refuse it, and why */
export function readResponsesRequest(value: unknown): ResponsesRequest {
  const {
    model,
    input,
    instructions = '',
    tools = [],
    stream = false,
    include,
  } = Body.parse(value);
  const items = typeof input === 'string' ? [{ role: 'user' as const, content: input }] : input;
  assertAnswered(items);
  if (include && !/^(o\d|gpt-[5-9])/.test(model))
    throw new Error('Encrypted content is not supported with this model.');
  return {
    model,
    instructions,
    stream,
    seal: include !== undefined,
    tools: tools.map((tool) => ({
      name: tool.name,
      description: tool.description,
      parameters: tool.parameters,
    })),
    messages: withCalls(items.flatMap(promptMessage)),
  };
}

/** Each call has its result, each result its call, and reasoning is followed by what it led to. */
function assertAnswered(items: readonly z.output<typeof Item>[]): void {
  const called = new Set<string>();
  const open = new Set<string>();
  for (const [index, item] of items.entries()) {
    if (!('type' in item)) continue;
    if (item.type === 'reasoning') {
      const next = items[index + 1];
      if (!next || ('role' in next && next.role !== 'assistant'))
        throw new Error(
          `Item '${item.id}' of type 'reasoning' was provided without its required following item.`,
        );
    } else if (item.type === 'function_call') {
      if (called.has(item.call_id))
        throw new Error(`Duplicate item found with id ${item.call_id}.`);
      called.add(item.call_id);
      open.add(item.call_id);
    } else if (!open.delete(item.call_id))
      throw new Error(`No tool call found for function call output with call_id ${item.call_id}.`);
  }
  if (open.size > 0)
    throw new Error(`No tool output found for function call ${[...open].join(', ')}.`);
}

/** What a model said and called in one round is several items, and one message. */
function withCalls(messages: readonly FakePromptMessage[]): FakePromptMessage[] {
  const joined: FakePromptMessage[] = [];
  for (const message of messages) {
    const before = joined.at(-1);
    if (message.toolCalls.length > 0 && before?.role === 'assistant')
      joined[joined.length - 1] = {
        ...before,
        toolCalls: [...before.toolCalls, ...message.toolCalls],
      };
    else joined.push(message);
  }
  return joined;
}

function promptMessage(item: z.output<typeof Item>): FakePromptMessage[] {
  const none = { images: [], toolCalls: [] };
  if ('role' in item) {
    const { role, content } = item;
    const parts =
      typeof content === 'string' ? [{ type: 'input_text' as const, text: content }] : content;
    return [
      {
        role: role === 'developer' ? 'system' : role,
        text: parts.map((part) => (part.type === 'input_text' ? part.text : '')).join(''),
        images: parts.flatMap((part) => (part.type === 'input_image' ? [part.image_url] : [])),
        toolCalls: [],
      },
    ];
  }
  switch (item.type) {
    case 'function_call': {
      const { call_id: id, name: called, arguments: args } = item;
      return [
        {
          ...none,
          role: 'assistant',
          text: '',
          toolCalls: [{ id, name: called, arguments: args }],
        },
      ];
    }
    case 'function_call_output':
      return [{ ...none, role: 'tool', text: item.output, toolCallId: item.call_id }];
    case 'reasoning':
      return [];
  }
}
