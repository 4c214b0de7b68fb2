import type { ChatRequest } from '@vision-agents/plugin-openai';

type Message = ChatRequest['params']['messages'][number];
type Part = Exclude<Extract<Message, { role: 'user' }>['content'], string>[number];

/** An image whose base64 text is longer has to be uploaded. */
const MAX_INLINE = 180_000;

/** Every image of the messages where one of them is too large for the request, else none: a message has one form. */
export function tooLargeImages(messages: readonly Message[]): string[] {
  const urls = messages.flatMap(({ content }) =>
    Array.isArray(content) ? content.map(urlOf).filter((url) => url.startsWith('data:')) : [],
  );
  return urls.some((url) => base64Of(url).length > MAX_INLINE) ? [...new Set(urls)] : [];
}

/** The same messages with references to assets, which are understood only as tags in a text. */
export function withReferences(
  messages: readonly Message[],
  assets: ReadonlyMap<string, string>,
): Message[] {
  const textOf = (part: Part): string => {
    if (part.type === 'text') return part.text;
    const url = urlOf(part);
    const asset = assets.get(url);
    return `<img src="${asset === undefined ? url : `data:${mimeTypeOf(url)};asset_id,${asset}`}" />`;
  };
  return messages.map((message) =>
    message.role === 'user' && Array.isArray(message.content)
      ? { ...message, content: message.content.map(textOf).join(' ') }
      : message,
  );
}

/** Of a `data:` URL. */
export function mimeTypeOf(url: string): string {
  return url.slice('data:'.length, url.indexOf(';'));
}

/** Of a `data:` URL. */
export function base64Of(url: string): string {
  return url.slice(url.indexOf(',') + 1);
}

function urlOf(part: { type: string } | Part): string {
  return 'image_url' in part ? part.image_url.url : '';
}
