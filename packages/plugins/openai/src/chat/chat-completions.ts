import { rememberSecret, type Clock, type Fetch, type LLMPart } from '@vision-agents/core';
import type { LLMRequest, ToolSchema } from '@vision-agents/core';
import type OpenAI from 'openai';
import type {
  ChatCompletionMessageParam,
  ChatCompletionTool,
} from 'openai/resources/chat/completions';
import { openAIClient } from '../client.ts';
import { clientFailure } from '../failure.ts';
import { chatMessage } from './chat-message.ts';
import { ChatReader } from './chat-reader.ts';
import type { ChatContext, ChatRequest, ChatSettings } from './chat-request.ts';
import { Cleanups } from './cleanups.ts';
import { Keepsakes } from './keepsakes.ts';
import { fromStrict } from './strict-schema.ts';

/** What the protocol needs of the component that speaks it. */
export interface ChatHost {
  readonly signal: AbortSignal;
  readonly clock: () => Clock;
  readonly fetch: Fetch;
  convertTools(tools: readonly ToolSchema[]): ChatCompletionTool[];
  prepare(request: ChatRequest, context: ChatContext): ChatRequest | Promise<ChatRequest>;
  spawn(name: string, task: () => Promise<void>): void;
}

/**
 * The protocol of chat completions, as OpenAI and the many who have taken it over speak it.
 *
 * Protocol: `ChatCompletionCreateParams` of the package `openai`.
 */
export class ChatCompletions {
  readonly #settings: ChatSettings;
  readonly #host: ChatHost;
  readonly #client: OpenAI;
  readonly #keepsakes = new Keepsakes();

  constructor(settings: ChatSettings, host: ChatHost) {
    this.#settings = settings;
    this.#host = host;
    const { client, ...account } = settings;
    if (client?.apiKey) rememberSecret(client.apiKey);
    this.#client = client ?? openAIClient({ ...account, fetch: host.fetch });
  }

  /** One round: a request, and what is made of its answer. */
  async *respond(
    request: LLMRequest,
    { signal, turnId }: { signal: AbortSignal; turnId: string },
  ): AsyncGenerator<LLMPart> {
    const { provider, thinksFirst } = this.#settings;
    const cleanups = new Cleanups();
    const tools = this.#host.convertTools(request.tools);
    try {
      const context = { signal, turnId, afterwards: cleanups.add.bind(cleanups) };
      const { params, headers } = await this.#host.prepare(this.#request(request, tools), context);
      const asked = this.#client.chat.completions.create(params, { signal, headers });
      const reader = new ChatReader(provider, { thinksFirst });
      yield* reader.text(await asked.asResponse(), signal);
      this.#keepsakes.keep(reader.calls, reader.reasoning);
      const strict = request.tools.filter((_tool, index) => isStrict(tools[index]));
      for (const { id, name, arguments: args } of reader.calls) {
        const schema = strict.find((tool) => tool.name === name);
        const own = schema ? fromStrict(args, schema) : args;
        yield { type: 'tool-call', id, name, arguments: own };
      }
      yield reader.finish;
    } catch (error) {
      throw clientFailure(provider, error);
    } finally {
      await this.#cleanUp(cleanups);
    }
  }

  #request({ messages, instructions }: LLMRequest, tools: ChatCompletionTool[]): ChatRequest {
    const { model, fields, usage = true, imageDetail: detail } = this.#settings;
    const keepsakes = this.#keepsakes;
    const system: ChatCompletionMessageParam[] =
      instructions === '' ? [] : [{ role: 'system', content: instructions }];
    return {
      params: {
        ...fields,
        model,
        messages: [
          ...system,
          ...messages.map((message) => chatMessage(message, { keepsakes, detail })),
        ],
        ...(tools.length > 0 && { tools }),
        stream: true,
        ...(usage && { stream_options: { include_usage: true } }),
      },
      headers: {},
    };
  }

  /** In the background, unless there is none any more. */
  async #cleanUp(cleanups: Cleanups): Promise<void> {
    if (cleanups.size === 0) return;
    const { provider } = this.#settings;
    const host = this.#host;
    const run = (): Promise<void> => cleanups.run({ provider, clock: host.clock() });
    if (host.signal.aborted) await run();
    else host.spawn('cleaning up', run);
  }
}

function isStrict(tool: ChatCompletionTool | undefined): boolean {
  return tool?.type === 'function' && tool.function.strict === true;
}
