import type { ContentPart, Message } from './message.ts';
import { imageUrl, speakerName } from './message.ts';
import { chatTool, type ChatTool } from './chat-format.ts';
import type { LLMRequest } from './llm-part.ts';

/** What a request for chat completions has beside the model and its settings. */
export interface ChatRequest {
  messages: object[];
  /** Missing when there are none: providers refuse an empty list. */
  tools: ChatTool[] | undefined;
  stream: true;
  stream_options: { include_usage: true };
}

/**
 * A round as a request for chat completions has it, the protocol of OpenAI that many providers speak: its answer is
 * streamed, and `readChatAnswer()` reads it. The model and its settings go beside it.
 */
export function chatRequest({ messages, tools, instructions }: LLMRequest): ChatRequest {
  const system = instructions === '' ? [] : [{ role: 'system', content: instructions }];
  return {
    messages: [...system, ...messages.map(chatMessage)],
    tools: tools.length > 0 ? tools.map(chatTool) : undefined,
    stream: true,
    stream_options: { include_usage: true },
  };
}

function chatMessage(message: Message): object {
  if (message.role === 'tool')
    return { role: 'tool', tool_call_id: message.toolCallId, content: message.content };
  const { role, content, participant, toolCalls } = message;
  const parts = typeof content === 'string' ? content : content.map(chatPart);
  const calls = toolCalls?.map(({ id, ...call }) => ({ id, type: 'function', function: call }));
  return { role, name: speakerName(participant), content: parts, tool_calls: calls };
}

function chatPart(part: ContentPart): object {
  if (part.type === 'text') return part;
  return { type: 'image_url', image_url: { url: imageUrl(part) } };
}
