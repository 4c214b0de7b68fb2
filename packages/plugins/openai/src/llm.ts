import { defineOptions, LLM as Base, rememberSecret } from '@vision-agents/core';
import type { LLMPart, LLMRequest, OptionsInput, ToolSchema } from '@vision-agents/core';
import type OpenAI from 'openai';
import type {
  FunctionTool,
  ResponseCreateParamsStreaming,
} from 'openai/resources/responses/responses';
import { z } from 'zod';
import { modelOptions } from './chat/chat-options.ts';
import { fromStrict, strictSchema } from './chat/strict-schema.ts';
import { openAIClient } from './client.ts';
import { clientFailure } from './failure.ts';
import { env, needsKey, provider, withKey } from './options.ts';
import { KeptReasoning } from './responses/kept-reasoning.ts';
import { inputItems } from './responses/response-input.ts';
import { ResponseReader } from './responses/response-reader.ts';

/** What users pass to `new LLM()`. An option in `env` may also come from that environment variable. */
export const llmOptions = defineOptions({
  provider,
  env,
  schema: needsKey(z.strictObject({ ...modelOptions, keepReasoning: z.boolean().optional() })),
});

/** With a client of your own no key is needed, and the client stays yours: the plugin never closes it. */
export type LLMInput = OptionsInput<typeof llmOptions> & { client?: OpenAI | undefined };

/**
 * Language model by OpenAI, over the Responses API. The provider keeps nothing of a conversation: each request has all
 * of it, as it was heard.
 *
 * Protocol: `ResponseCreateParams` and `ResponseStreamEvent` of the package `openai`.
 */
export class LLM extends Base {
  static readonly options = llmOptions;
  readonly #settings;
  readonly #client: OpenAI;
  readonly #kept = new KeptReasoning();

  constructor({ client, ...input }: LLMInput = {}) {
    const settings = llmOptions.resolve(withKey(input, client));
    const { model, maxToolRounds, timeoutMs } = settings;
    super({ provider, model, maxToolRounds, http: { connectTimeoutMs: timeoutMs } });
    this.#settings = settings;
    if (client?.apiKey) rememberSecret(client.apiKey);
    this.#client = client ?? openAIClient({ ...settings, fetch: this.fetch });
  }

  protected override async *respond(
    request: LLMRequest,
    { signal }: { signal: AbortSignal },
  ): AsyncGenerator<LLMPart> {
    try {
      const asked = this.#client.responses.create(this.#params(request), { signal });
      const reader = new ResponseReader(provider);
      yield* reader.text(await asked.asResponse(), signal);
      const { calls } = reader;
      this.#kept.keep(reader.items, calls);
      for (const call of calls)
        yield { type: 'tool-call', ...call, arguments: this.#argumentsOf(call, request) };
      yield reader.finish;
    } catch (error) {
      throw clientFailure(provider, error);
    }
  }

  protected override convertToolsToProviderFormat(tools: readonly ToolSchema[]): FunctionTool[] {
    const { strictTools: strict } = this.#settings;
    return tools.map(({ name, description, parametersSchema }) => ({
      type: 'function',
      name,
      description,
      parameters: strict ? strictSchema(parametersSchema) : parametersSchema,
      strict,
    }));
  }

  #params({ messages, tools, instructions }: LLMRequest): ResponseCreateParamsStreaming {
    const { model, temperature, maxTokens, reasoningEffort: effort, fields } = this.#settings;
    const { keepReasoning = canSealReasoning(model) } = this.#settings;
    return {
      ...(temperature !== undefined && { temperature }),
      ...(maxTokens !== undefined && { max_output_tokens: maxTokens }),
      ...(effort !== undefined && { reasoning: { effort } }),
      ...(keepReasoning && { include: ['reasoning.encrypted_content'] }),
      store: false,
      ...fields,
      model,
      ...(instructions !== '' && { instructions }),
      input: inputItems(messages, this.#kept),
      ...(tools.length > 0 && { tools: this.convertToolsToProviderFormat(tools) }),
      stream: true,
    };
  }

  #argumentsOf(
    call: { name: string; arguments: string },
    { tools }: Pick<LLMRequest, 'tools'>,
  ): string {
    const tool = tools.find(({ name }) => name === call.name);
    return tool && this.#settings.strictTools ? fromStrict(call.arguments, tool) : call.arguments;
  }
}

/** Models that reason: the others refuse to be asked for it. */
function canSealReasoning(model: string): boolean {
  return /^(o\d|gpt-[5-9])/.test(model) && !model.includes('-chat');
}
