import type { Fetch } from '@vision-agents/core';
import type OpenAI from 'openai';
import type { ChatCompletionCreateParamsStreaming } from 'openai/resources/chat/completions';
import type { ImageDetail } from './chat-message.ts';

/** What a provider of chat completions is, and how it is asked. */
export interface ChatSettings {
  /** Its name, as events and errors show it. */
  provider: string;
  model: string;
  baseUrl: string;
  /** A placeholder is sent without it. */
  apiKey?: string | undefined;
  /** A client to use instead of one that is made from `apiKey` and `baseUrl`. It is never closed. */
  client?: OpenAI | undefined;
  /** Sent with every request, for instance to name the app. */
  headers?: Readonly<Record<string, string>> | undefined;
  /** What the request has besides the model, the conversation and the functions: the names are the provider's own. */
  fields?: Readonly<Record<string, unknown>> | undefined;
  /** Whether the model is held to the parameters of its functions, which not all providers know. False unless given. */
  strictTools?: boolean | undefined;
  /** Whether to ask what was used, which not all providers know. True unless given. */
  usage?: boolean | undefined;
  /** Whether the text of the model begins with what it thinks, without `<think>`, up to `</think>`. False unless given. */
  thinksFirst?: boolean | undefined;
  /** How closely the model looks at images. */
  imageDetail?: ImageDetail;
}

/** A request before it is sent. */
export interface ChatRequest {
  readonly params: ChatCompletionCreateParamsStreaming;
  /** Besides those of every request. */
  readonly headers: Readonly<Record<string, string>>;
}

/** What a request belongs to. */
export interface ChatContext {
  /** Aborted when the answer is not wanted any more. */
  signal: AbortSignal;
  turnId: string;
  /**
   * Has something done when the request is over: also when it failed, was interrupted or the component closes. It is
   * given 4 seconds, and a `fetch` that works until then. What goes wrong with it becomes an error event.
   */
  afterwards: (task: Cleanup) => void;
}

export type Cleanup = (options: { fetch: Fetch; signal: AbortSignal }) => Promise<unknown>;
