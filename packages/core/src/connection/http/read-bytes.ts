import { assertOk } from './assert-ok.ts';
import { LinkedAbort } from './linked-abort.ts';

/**
 * The body as it comes in. Leaving the loop early closes the socket.
 *
 * @throws ProviderError for a status that is not 2xx, a connection that is cut, and a silence that is too long
 */
export async function* readBytes(
  response: Response,
  options: { signal?: AbortSignal | undefined } = {},
): AsyncGenerator<Uint8Array, void, undefined> {
  const { body } = await assertOk(response);
  if (!body) return;
  const reader = body.getReader();
  const abort = new LinkedAbort(options.signal);
  const stop = (): void => void reader.cancel(abort.signal.reason).catch(() => undefined);
  abort.signal.addEventListener('abort', stop);
  let finished = false;
  try {
    if (abort.signal.aborted) stop();
    for (;;) {
      const { value, done } = await reader.read();
      abort.signal.throwIfAborted();
      if (done) break;
      yield value;
    }
    finished = true;
  } finally {
    abort.release();
    if (!finished) await reader.cancel().catch(() => undefined);
    reader.releaseLock();
  }
}
