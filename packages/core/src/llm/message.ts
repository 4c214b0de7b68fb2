import type { Participant } from '../events/participant.ts';

/** An image that the model is shown: its bytes, or where it is. */
export type ImagePart =
  | { type: 'image'; mimeType: string; data: Uint8Array }
  | { type: 'image'; url: string };

export type ContentPart = { type: 'text'; text: string } | ImagePart;

/** A function that the model wants to be called. */
export interface ToolCall {
  /** The provider's, unique in an answer. */
  id: string;
  name: string;
  /** JSON, as the model wrote it: it may not be valid. */
  arguments: string;
}

/** What a conversation is made of. A message with `toolCalls` is followed by one result for each of them. */
export type Message =
  | {
      role: 'system' | 'user' | 'assistant';
      content: string | ContentPart[];
      /** Who said it; missing for the agent, and when it is not known. */
      participant?: Participant | undefined;
      /** Only of an assistant. */
      toolCalls?: ToolCall[] | undefined;
    }
  | { role: 'tool'; toolCallId: string; name: string; content: string };

/** The text of a message, without its images. */
export function textOf({ content }: Pick<Message, 'content'>): string {
  if (typeof content === 'string') return content;
  return content.map((part) => (part.type === 'text' ? part.text : '')).join('');
}

/** The images of a message, in order. */
export function imagesOf({ content }: Pick<Message, 'content'>): ImagePart[] {
  return typeof content === 'string' ? [] : content.filter((part) => part.type === 'image');
}

/** An image as a URL, the form that most providers take: its own, or `data:` with its bytes in base64. */
export function imageUrl(image: ImagePart): string {
  if ('url' in image) return image.url;
  return `data:${image.mimeType};base64,${Buffer.from(image.data).toString('base64')}`;
}

/** The longest name that providers take. */
const MAX_NAME_LENGTH = 64;

/**
 * A participant's name as providers take it beside a message: letters, digits, `_` and `-`, at most 64.
 * Undefined when nothing of it is left.
 */
export function speakerName(participant: Participant | undefined): string | undefined {
  const name = (participant?.name ?? participant?.userId ?? '')
    .normalize('NFKD')
    .replace(/\p{Mark}/gu, '')
    .replace(/[^A-Za-z0-9_-]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .slice(0, MAX_NAME_LENGTH);
  return name === '' ? undefined : name;
}
