import type { StandardSchemaV1 } from '@standard-schema/spec';
import { describeValue } from '../describe-value.ts';
import type { TokenUsage } from './llm-part.ts';

/** A piece of a call: its id and name come first, its arguments in as many pieces as the provider likes. */
export interface ChatCallPiece {
  index: number | undefined;
  id: string | undefined;
  name: string | undefined;
  arguments: string | undefined;
}

/** What is read of an event of chat completions. */
export interface ChatChunk {
  /** Why the provider gives up. */
  error: string | undefined;
  model: string | undefined;
  text: string;
  calls: readonly ChatCallPiece[];
  reason: string | undefined;
  usage: TokenUsage | undefined;
}

/** Lenient: what is not read may be anything, and what is missing or null is not there. */
export const chatChunk: StandardSchemaV1<unknown, ChatChunk> = {
  '~standard': {
    version: 1,
    vendor: 'vision-agents',
    validate(value) {
      try {
        return { value: chunkOf(object(value, 'the event')) };
      } catch (error) {
        return { issues: [{ message: error instanceof Error ? error.message : String(error) }] };
      }
    },
  },
};

type Fields = Readonly<Record<string, unknown>>;

function chunkOf({ error, model, choices, usage }: Fields): ChatChunk {
  // One answer is asked for, so there is one choice at most.
  const { delta, finish_reason: reason } = object(list(choices, 'choices')[0], 'choices[0]');
  const { content, refusal, tool_calls: calls } = object(delta, 'delta');
  return {
    error: errorOf(error),
    model: text(model, 'model'),
    // What a model says when it refuses is its answer.
    text: text(content, 'content') ?? text(refusal, 'refusal') ?? '',
    calls: list(calls, 'tool_calls').map((call) => callPiece(object(call, 'a call'))),
    reason: text(reason, 'finish_reason'),
    usage: usageOf(usage),
  };
}

function callPiece({ index, id, function: called }: Fields): ChatCallPiece {
  const { name, arguments: args } = object(called, 'function');
  return {
    index: count(index, 'index'),
    id: text(id, 'id'),
    name: text(name, 'name'),
    arguments: text(args, 'arguments'),
  };
}

function usageOf(usage: unknown): TokenUsage | undefined {
  if (isAbsent(usage)) return undefined;
  const { prompt_tokens: input, completion_tokens: output } = object(usage, 'usage');
  return {
    inputTokens: count(input, 'prompt_tokens'),
    outputTokens: count(output, 'completion_tokens'),
  };
}

/** Most say `{ error: { message } }`, some the message alone. */
function errorOf(error: unknown): string | undefined {
  if (isAbsent(error) || typeof error === 'string') return error ?? undefined;
  const { message } = object(error, 'error');
  return text(message, 'message') ?? 'unknown error';
}

const isAbsent = (value: unknown): value is null | undefined =>
  value === null || value === undefined;

function object(value: unknown, name: string): Fields {
  if (isAbsent(value)) return {};
  if (typeof value === 'object' && !Array.isArray(value)) return { ...value };
  throw new TypeError(`${name} must be an object, got ${describeValue(value)}`);
}

function list(value: unknown, name: string): unknown[] {
  if (isAbsent(value)) return [];
  if (Array.isArray(value)) return value;
  throw new TypeError(`${name} must be a list, got ${describeValue(value)}`);
}

function text(value: unknown, name: string): string | undefined {
  if (isAbsent(value)) return undefined;
  if (typeof value === 'string') return value;
  throw new TypeError(`${name} must be text, got ${describeValue(value)}`);
}

function count(value: unknown, name: string): number | undefined {
  if (isAbsent(value)) return undefined;
  if (typeof value === 'number') return value;
  throw new TypeError(`${name} must be a number, got ${describeValue(value)}`);
}
