import { ProviderError } from '../../errors/provider-error.ts';
import { nameOfRequest } from './http-request.ts';
import { readBytes } from './read-bytes.ts';
import { contextOf } from './response-context.ts';
import { ServerSentEventParser, type ServerSentEvent } from './server-sent-event-parser.ts';

/**
 * The events of a stream, each as soon as it is complete. Leaving the loop early closes the socket. A last event
 * without its blank line counts; what a provider sends to say that it is done, such as `[DONE]`, is an event as others.
 *
 * @throws ProviderError for a status that is not 2xx, a connection that is cut, a silence that is too long, kind
 * `unsupported` for a web page, and kind `protocol` for an event that is larger than the policy's `maxMessageBytes`
 */
export async function* readServerSentEvents(
  response: Response,
  options: { signal?: AbortSignal | undefined } = {},
): AsyncGenerator<ServerSentEvent, void, undefined> {
  const { provider, policy, request } = contextOf(response);
  const { maxMessageBytes } = policy;
  const message = `${provider}: ${nameOfRequest(request)} was answered with an event of more than ${maxMessageBytes} bytes`;
  const parser = new ServerSentEventParser({
    maxEventBytes: maxMessageBytes,
    tooLarge: () => new ProviderError({ provider, kind: 'protocol', message }),
  });
  if (response.ok && /^text\/html\b/i.test(response.headers.get('content-type') ?? '')) {
    await response.body?.cancel();
    const page = `${provider}: ${nameOfRequest(request)} was answered with a web page. Is this the address of its API?`;
    throw new ProviderError({ provider, kind: 'unsupported', message: page });
  }
  for await (const chunk of readBytes(response, options)) yield* parser.push(chunk);
  const last = parser.finish();
  if (last) yield last;
}
