import type { StandardSchemaV1 } from '@standard-schema/spec';
import { ProviderError } from '../../errors/provider-error.ts';
import { nameOfRequest } from './http-request.ts';
import { readBytes } from './read-bytes.ts';
import { contextOf } from './response-context.ts';
import { messageReader } from './stream-message.ts';

const LF = 0x0a;

/**
 * The JSON of a stream with a message on each line, each as soon as its line is complete, read through the plugin's
 * schema. Those of a type that the schema does not name, and empty lines, are left out. Leaving the loop early closes
 * the socket.
 *
 * @throws ProviderError for a status that is not 2xx, a connection that is cut, a silence that is too long, and kind
 * `protocol` for what is not JSON, does not fit, or is larger than the policy's `maxMessageBytes`
 */
export async function* readJsonLines<Message>(
  response: Response,
  schema: StandardSchemaV1<unknown, Message>,
  options: { signal?: AbortSignal | undefined } = {},
): AsyncGenerator<Message, void, undefined> {
  const read = messageReader(response, schema);
  for await (const line of readLines(response, options)) {
    const parsed = line.trim() === '' ? undefined : read(line);
    if (parsed) yield parsed.message;
  }
}

/** Lines are found as bytes and decoded whole, so that no character is ever split. */
async function* readLines(
  response: Response,
  options: { signal?: AbortSignal | undefined },
): AsyncGenerator<string, void, undefined> {
  const { provider, policy, request } = contextOf(response);
  const { maxMessageBytes } = policy;
  const decoder = new TextDecoder();
  let pieces: Uint8Array[] = [];
  let bytes = 0;
  const keep = (piece: Uint8Array): void => {
    bytes += piece.byteLength;
    pieces.push(piece);
    if (bytes <= maxMessageBytes) return;
    const message = `${provider}: ${nameOfRequest(request)} was answered with a line of more than ${maxMessageBytes} bytes`;
    throw new ProviderError({ provider, kind: 'protocol', message });
  };
  for await (const chunk of readBytes(response, options)) {
    let start = 0;
    for (let end = chunk.indexOf(LF); end !== -1; end = chunk.indexOf(LF, start)) {
      keep(chunk.subarray(start, end));
      yield decoder.decode(Buffer.concat(pieces));
      pieces = [];
      bytes = 0;
      start = end + 1;
    }
    keep(chunk.subarray(start));
  }
  yield decoder.decode(Buffer.concat(pieces));
}
