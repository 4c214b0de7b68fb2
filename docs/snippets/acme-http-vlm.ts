import { defineOptions, imagesOf, imageUrl, ProviderError } from '@vision-agents/core';
import { readJsonLines, sendJson, speakerName, textOf, VideoLLM } from '@vision-agents/core';
import type { LLMPart, LLMRequest, Message, OptionsInput } from '@vision-agents/core';
import { z } from 'zod';

export const options = defineOptions({
  provider: 'acme',
  env: { apiKey: 'ACME_API_KEY' },
  schema: z.strictObject({
    apiKey: z.string(),
    baseUrl: z.url({ protocol: /^https?$/ }).default('https://api.acme.example'),
  }),
});

// A message on each line. Those of other types are left out.
const Line = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text'), text: z.string() }),
  z.object({ type: z.literal('call'), id: z.string(), name: z.string(), arguments: z.string() }),
  z.object({ type: z.literal('done'), read: z.number().nullish(), written: z.number().nullish() }),
  z.object({ type: z.literal('error'), message: z.string() }),
]);

export class VLM extends VideoLLM {
  static readonly options = options;
  readonly #settings;

  constructor(input: OptionsInput<typeof options> = {}) {
    // What this model wants to see: four frames, small ones.
    super({ provider: 'acme', fps: 2, bufferSeconds: 2, jpeg: { maxWidth: 512, maxHeight: 512 } });
    this.#settings = options.resolve(input);
  }

  protected override async *respond(
    { messages, tools, instructions }: LLMRequest,
    { signal }: { signal: AbortSignal },
  ): AsyncGenerator<LLMPart> {
    const { apiKey, baseUrl } = this.#settings;
    const response = await sendJson(this.fetch, {
      url: `${baseUrl}/see`,
      headers: { authorization: `Bearer ${apiKey}` },
      body: { instructions, tools, messages: messages.map(wireMessage) },
      signal,
    });
    for await (const line of readJsonLines(response, Line)) {
      if (line.type === 'text') yield { type: 'text-delta', delta: line.text };
      if (line.type === 'call') yield { ...line, type: 'tool-call' };
      if (line.type === 'error') throw failure('network', line.message);
      if (line.type === 'done') {
        const { read: inputTokens, written: outputTokens } = line;
        yield { type: 'finish', usage: { inputTokens, outputTokens } };
        return;
      }
    }
    throw failure('protocol', 'the answer is not complete');
  }
}

function failure(kind: ProviderError['kind'], message: string): ProviderError {
  return new ProviderError({ provider: 'acme', kind, message: `acme: ${message}` });
}

function wireMessage(message: Message): object {
  if (message.role === 'tool')
    return { role: 'result', call: message.toolCallId, text: message.content };
  const { role, participant, toolCalls: calls = [] } = message;
  const images = imagesOf(message).map(imageUrl);
  return { role, text: textOf(message), speaker: speakerName(participant), images, calls };
}
