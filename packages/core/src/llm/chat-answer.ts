import { readJsonEvents } from '../connection/http/read-json-events.ts';
import { contextOf } from '../connection/http/response-context.ts';
import { ProviderError, type ProviderErrorKind } from '../errors/provider-error.ts';
import { chatChunk, type ChatCallPiece } from './chat-chunk.ts';
import type { LLMPart } from './llm-part.ts';
import type { ToolCall } from './message.ts';

/**
 * Reads the streamed answer to a `chatRequest()`: each piece of text as it comes, then the calls, put together, and
 * what was used.
 *
 * @throws ProviderError as `readJsonEvents` does, kind `network` for an error that the provider tells inside the
 * stream, `content` where a filter has ended it, and `protocol` for an answer that breaks off
 */
export async function* readChatAnswer(
  response: Response,
): AsyncGenerator<LLMPart, void, undefined> {
  const { provider } = contextOf(response);
  const fail = (kind: ProviderErrorKind, message: string): ProviderError =>
    new ProviderError({ provider, kind, message: `${provider}: ${message}` });
  const calls = new Map<number, ToolCall>();
  const finish: Extract<LLMPart, { type: 'finish' }> = { type: 'finish' };
  for await (const chunk of readJsonEvents(response, chatChunk, { end: '[DONE]' })) {
    if (chunk.error !== undefined) throw fail('network', chunk.error);
    if (chunk.text !== '') yield { type: 'text-delta', delta: chunk.text };
    for (const piece of chunk.calls) addPiece(calls, piece);
    finish.reason ??= chunk.reason;
    finish.model ??= chunk.model;
    finish.usage = chunk.usage ?? finish.usage;
  }
  if (finish.reason === 'content_filter')
    throw fail('content', 'a content filter has ended the answer');
  // Without a reason the stream was cut off, and what came is half an answer.
  if (!finish.reason) throw fail('protocol', 'the answer is not complete');
  for (const call of calls.values()) yield { type: 'tool-call', ...call };
  yield finish;
}

/** A piece without an index goes on with the last call, unless it has an id: then it begins one. */
function addPiece(calls: Map<number, ToolCall>, piece: ChatCallPiece): void {
  const index = piece.index ?? (piece.id === undefined ? calls.size - 1 : calls.size);
  const call = calls.get(index) ?? { id: piece.id ?? '', name: '', arguments: '' };
  calls.set(index, call);
  call.name ||= piece.name ?? '';
  call.arguments += piece.arguments ?? '';
}
