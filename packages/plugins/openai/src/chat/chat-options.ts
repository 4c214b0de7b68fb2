import { z } from 'zod';
import { account, isOpenAI } from '../options.ts';
import type { ChatCompletionsInit } from './chat-completions-base.ts';

/** The model that is asked unless another is given. */
const DEFAULT_MODEL = 'gpt-6-luna';

/** Longer than core waits by itself: a local server may have to load the model first. */
const FIRST_WORD_MS = 30_000;

export const reasoningEffort = z.enum(['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max']);

/** What all language models have. */
export const modelOptions = {
  ...account,
  model: z.string().min(1).default(DEFAULT_MODEL),
  temperature: z.number().min(0).max(2).optional(),
  maxTokens: z.int().positive().optional(),
  reasoningEffort: reasoningEffort.optional(),
  strictTools: z.boolean().default(false),
  fields: z.record(z.string(), z.unknown()).optional(),
  headers: z.record(z.string(), z.string()).optional(),
  maxToolRounds: z.int().min(0).optional(),
  timeoutMs: z.number().positive().default(FIRST_WORD_MS),
};

/** What those have that are asked over chat completions. */
export const chatOptions = {
  ...modelOptions,
  usage: z.boolean().default(true),
  thinksFirst: z.boolean().default(false),
};

const Settings = z.strictObject(chatOptions);

type ChatInit = Omit<ChatCompletionsInit, 'provider'>;

/** The options in force, as the base takes them. */
export function chatSettings(settings: z.output<typeof Settings>): ChatInit {
  const { temperature, maxTokens, fields, timeoutMs, ...others } = settings;
  const { reasoningEffort: effort = effortOf(settings.model), ...rest } = others;
  // The newer name is OpenAI's own; others know the older one.
  const limit = isOpenAI(settings.baseUrl) ? 'max_completion_tokens' : 'max_tokens';
  return {
    ...rest,
    http: { connectTimeoutMs: timeoutMs },
    fields: {
      ...(temperature !== undefined && { temperature }),
      ...(maxTokens !== undefined && { [limit]: maxTokens }),
      ...(effort !== undefined && { reasoning_effort: effort }),
      ...fields,
    },
  };
}

/**
 * OpenAI's newer models take functions over chat completions only where they don't think, and some of them think
 * unless they are told not to.
 *
 * Source: the model page of gpt-6-luna ("Chat Completions supports function calling only with `reasoning_effort` set to
 * `none`"), and what the service answers of gpt-5.2 and later.
 */
function effortOf(model: string): 'none' | undefined {
  return /^gpt-(5\.[2-9]|[6-9])(?!.*-(chat|pro|codex))/.test(model) ? 'none' : undefined;
}
