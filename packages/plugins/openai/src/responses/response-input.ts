import { imageUrl, speakerName, textOf } from '@vision-agents/core';
import type { ContentPart, Message } from '@vision-agents/core';
import type { ResponseInputContent, ResponseInputItem } from 'openai/resources/responses/responses';
import type { KeptReasoning } from './kept-reasoning.ts';

/**
 * The conversation as the Responses API has it: a message with calls is several items. What a model thought goes with
 * the calls of the answer that is being made; earlier ones are done with.
 */
export function inputItems(messages: readonly Message[], kept: KeptReasoning): ResponseInputItem[] {
  const question = messages.findLastIndex(({ role }) => role === 'user');
  return messages.flatMap((message, index) =>
    itemsOf(message, index > question ? kept : undefined),
  );
}

function itemsOf(message: Message, kept: KeptReasoning | undefined): ResponseInputItem[] {
  if (message.role === 'tool') {
    const { toolCallId, content } = message;
    return [{ type: 'function_call_output', call_id: toolCallId, output: content }];
  }
  const { role, content, participant, toolCalls = [] } = message;
  if (role === 'user') return [{ role, content: userContent(content, speakerName(participant)) }];
  const text = textOf(message);
  const calls = toolCalls.map(({ id, name, arguments: args }) => ({
    type: 'function_call' as const,
    call_id: id,
    name,
    arguments: args,
  }));
  return [
    ...(kept?.before(toolCalls) ?? []),
    ...(text === '' && calls.length > 0 ? [] : [{ role, content: text }]),
    ...calls,
  ];
}

/** There is no place for the name of who speaks but in the text. */
function userContent(
  content: string | readonly ContentPart[],
  name: string | undefined,
): string | ResponseInputContent[] {
  const who = name === undefined ? '' : `${name}: `;
  if (typeof content === 'string') return `${who}${content}`;
  const parts = content.map(inputPart);
  return who === '' ? parts : [{ type: 'input_text', text: who }, ...parts];
}

function inputPart(part: ContentPart): ResponseInputContent {
  if (part.type === 'text') return { type: 'input_text', text: part.text };
  return { type: 'input_image', image_url: imageUrl(part), detail: 'auto' };
}
