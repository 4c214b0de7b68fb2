import { textOf, type Message } from './message.ts';

const CHARACTERS_PER_TOKEN = 4;
const TOKENS_PER_IMAGE = 1_000;
/** The role, and what separates it from the next. */
const TOKENS_PER_MESSAGE = 4;

/** About how many tokens a message is, for any model: right for English text, on the high side for images. */
export function estimateTokens(message: Message): number {
  const { content } = message;
  const calls = message.role === 'assistant' ? (message.toolCalls ?? []) : [];
  const characters = calls.reduce(
    (sum, call) => sum + call.name.length + call.arguments.length,
    textOf(message).length,
  );
  const images = Array.isArray(content) ? content.filter(({ type }) => type === 'image').length : 0;
  return (
    TOKENS_PER_MESSAGE + Math.ceil(characters / CHARACTERS_PER_TOKEN) + images * TOKENS_PER_IMAGE
  );
}
