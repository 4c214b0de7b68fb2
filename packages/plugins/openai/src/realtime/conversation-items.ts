import { imagesOf, imageUrl, speakerName, textOf } from '@vision-agents/core';
import type { ImagePart, Message, Participant } from '@vision-agents/core';
import type {
  ConversationItem,
  RealtimeConversationItemUserMessage,
} from 'openai/resources/realtime/realtime';

/** What was said, in items of a conversation. A message without words is none. */
export function itemsOf(message: Message): ConversationItem[] {
  if (message.role === 'tool') return [resultItem(message)];
  const { role, toolCalls = [] } = message;
  const text = textOf(message);
  const images = imagesOf(message);
  const calls = toolCalls.map(({ id, name, arguments: args }): ConversationItem => ({
    type: 'function_call',
    call_id: id,
    name,
    arguments: args,
  }));
  if (text === '' && images.length === 0) return calls;
  switch (role) {
    case 'user':
      return [userItem(text, images, message.participant)];
    case 'assistant':
      return [{ type: 'message', role, content: [{ type: 'output_text', text }] }, ...calls];
    case 'system':
      return [{ type: 'message', role, content: [{ type: 'input_text', text }] }];
  }
}

/** There is no place for a name but in the text. */
export function userItem(
  text: string,
  images: readonly ImagePart[],
  participant?: Participant,
): ConversationItem {
  const name = speakerName(participant);
  const content: RealtimeConversationItemUserMessage.Content[] = images.map((image) => ({
    type: 'input_image',
    image_url: imageUrl(image),
  }));
  if (text !== '')
    content.unshift({ type: 'input_text', text: name === undefined ? text : `${name}: ${text}` });
  return { type: 'message', role: 'user', content };
}

export function resultItem(result: { toolCallId: string; content: string }): ConversationItem {
  const { toolCallId, content } = result;
  return { type: 'function_call_output', call_id: toolCallId, output: content };
}
