import type { Clock } from '../../clock.ts';
import { ProviderError } from '../../errors/provider-error.ts';
import { nameOfRequest } from './http-request.ts';
import type { LinkedAbort } from './linked-abort.ts';
import { requestFailure } from './network-error.ts';
import type { ResponseContext } from './response-context.ts';

/** JSON is read whole before anything can be done with it, whoever reads it. */
const wholeType = /^application\/(?:[\w.+-]+\+)?json\b/i;

/** A body that nobody can read any more must not hold its socket, nor the signals that it follows. */
const abandoned = new FinalizationRegistry<LinkedAbort>((abort) =>
  abort.abort(new Error('The answer was let go of before it was read')),
);

/**
 * The same answer, whose body is watched: a silence that is too long, a cut connection, too large a JSON body and an
 * abort end it with one clear error, and with its socket. Nothing is read ahead of the reader.
 */
export function watchBody(
  response: Response,
  init: ResponseContext & { clock: Clock; abort: LinkedAbort; redirected: boolean },
): Response {
  const { body, status, statusText, headers, url } = response;
  const stream = body && watchedStream(body, headers, init);
  if (stream) abandoned.register(stream, init.abort);
  else init.abort.release();
  const watched = new Response(stream, { status, statusText, headers });
  Object.defineProperties(watched, {
    url: { value: url },
    redirected: { value: init.redirected },
  });
  return watched;
}

function watchedStream(
  body: ReadableStream<Uint8Array>,
  headers: Headers,
  init: ResponseContext & { clock: Clock; abort: LinkedAbort },
): ReadableStream<Uint8Array> {
  const { provider, policy, request, clock, abort } = init;
  const reader = body.getReader();
  const maxBytes = wholeType.test(headers.get('content-type') ?? '')
    ? policy.maxMessageBytes
    : Infinity;
  let bytes = 0;

  const failWith = (kind: 'timeout' | 'protocol', what: string): void =>
    abort.abort(
      new ProviderError({
        provider,
        kind,
        message: `${provider}: ${nameOfRequest(request)} ${what}`,
      }),
    );

  const next = async (): Promise<Uint8Array | undefined> => {
    const timer = clock.setTimeout(
      () => failWith('timeout', `sent nothing more for ${policy.idleTimeoutMs} ms`),
      policy.idleTimeoutMs,
    );
    try {
      const { value, done } = await reader.read();
      if (done) return undefined;
      bytes += value.byteLength;
      if (bytes > maxBytes) failWith('protocol', `answered with more than ${maxBytes} bytes`);
      abort.signal.throwIfAborted();
      return value;
    } catch (thrown) {
      throw abort.signal.aborted
        ? abort.signal.reason
        : requestFailure(thrown, { provider, request, during: 'was cut off in its answer' }).error;
    } finally {
      timer.cancel();
    }
  };

  return new ReadableStream({
    type: 'bytes',
    async pull(controller) {
      try {
        let chunk = await next();
        while (chunk?.byteLength === 0) chunk = await next();
        if (chunk) {
          // A copy, because a byte stream takes the memory over, which may belong to a pool.
          controller.enqueue(new Uint8Array(chunk));
          return;
        }
        abort.release();
        controller.close();
        controller.byobRequest?.respond(0);
      } catch (error) {
        abort.release();
        controller.error(error);
      }
    },
    async cancel(reason: unknown) {
      // Cancelling alone closes the socket only when the provider sends more.
      abort.abort(reason ?? new Error('The answer was let go of'));
      await reader.cancel(reason).catch(() => undefined);
    },
  });
}
