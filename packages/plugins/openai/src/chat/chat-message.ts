import { imageUrl, speakerName } from '@vision-agents/core';
import type { ContentPart, Message } from '@vision-agents/core';
import type {
  ChatCompletionContentPart,
  ChatCompletionContentPartImage,
  ChatCompletionMessageParam,
} from 'openai/resources/chat/completions';
import type { Keepsakes } from './keepsakes.ts';

export type ImageDetail = ChatCompletionContentPartImage.ImageURL['detail'];

/** A message of the conversation as chat completions have it. */
export function chatMessage(
  message: Message,
  { keepsakes, detail }: { keepsakes: Keepsakes; detail?: ImageDetail },
): ChatCompletionMessageParam {
  const { role, content } = message;
  if (role === 'tool') return { role, tool_call_id: message.toolCallId, content };
  const name = speakerName(message.participant);
  const who = name === undefined ? {} : { name };
  if (role === 'user') return { role, ...who, content: userContent(content, detail) };
  const text = typeof content === 'string' ? content : content.map(textOfPart).join('');
  const { toolCalls = [] } = message;
  if (role === 'system' || toolCalls.length === 0) return { role, ...who, content: text };
  return {
    role,
    ...who,
    content: text === '' ? null : text,
    tool_calls: toolCalls.map(({ id, ...call }) => ({
      id,
      type: 'function',
      function: { ...call, arguments: jsonOf(call.arguments) },
      ...keepsakes.ofCall(id),
    })),
    ...keepsakes.ofCalls(toolCalls),
  };
}

function userContent(
  content: string | readonly ContentPart[],
  detail: ImageDetail,
): string | ChatCompletionContentPart[] {
  if (typeof content === 'string') return content;
  const how = detail === undefined ? {} : { detail };
  return content.map((part) =>
    part.type === 'text' ? part : { type: 'image_url', image_url: { url: imageUrl(part), ...how } },
  );
}

function textOfPart(part: ContentPart): string {
  return part.type === 'text' ? part.text : '';
}

/** Several servers fail on arguments in the history that are no JSON. The result of the call says what was wrong. */
function jsonOf(args: string): string {
  try {
    JSON.parse(args);
    return args;
  } catch {
    return '{}';
  }
}
