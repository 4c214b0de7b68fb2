import type { StandardSchemaV1 } from '@standard-schema/spec';
import { readServerSentEvents } from './read-server-sent-events.ts';
import { messageReader } from './stream-message.ts';

/**
 * The JSON of a stream of server-sent events, each as soon as it is complete, read through the plugin's schema. Those
 * of a type that the schema does not name are left out. Leaving the loop early closes the socket.
 *
 * @param options.end what the provider sends to say that it is done, such as `[DONE]`
 * @throws ProviderError as `readServerSentEvents` does, and kind `protocol` for what is not JSON or does not fit
 */
export async function* readJsonEvents<Message>(
  response: Response,
  schema: StandardSchemaV1<unknown, Message>,
  options: { end?: string | undefined; signal?: AbortSignal | undefined } = {},
): AsyncGenerator<Message, void, undefined> {
  const read = messageReader(response, schema);
  for await (const { data } of readServerSentEvents(response, options)) {
    if (data === options.end) return;
    const parsed = read(data);
    if (parsed) yield parsed.message;
  }
}
