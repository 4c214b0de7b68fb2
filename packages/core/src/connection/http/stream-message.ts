import type { StandardSchemaV1 } from '@standard-schema/spec';
import { ProviderError } from '../../errors/provider-error.ts';
import { parseMessage } from '../parse-message.ts';
import { nameOfRequest } from './http-request.ts';
import { contextOf } from './response-context.ts';

/**
 * Reads messages of a streamed answer through the plugin's schema. One of a type that the schema does not name is
 * undefined.
 *
 * The reader throws a ProviderError, kind `protocol`, for what is not JSON or does not fit.
 */
export function messageReader<Message>(
  response: Response,
  schema: StandardSchemaV1<unknown, Message>,
): (text: string) => { message: Message } | undefined {
  const { provider, request } = contextOf(response);
  return (text) => {
    const parsed = parseMessage(text, schema);
    switch (parsed.type) {
      case 'message':
        return parsed;
      case 'unknown':
        return undefined;
      case 'malformed': {
        const message = `${provider}: ${nameOfRequest(request)} was answered with what does not fit: ${parsed.reason}`;
        throw new ProviderError({ provider, kind: 'protocol', message });
      }
    }
  };
}
