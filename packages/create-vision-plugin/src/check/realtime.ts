import type { IncomingMessage } from 'node:http';
import { WebSocket } from 'ws';
import type { RawData } from 'ws';
import { ProbeFailure } from './finding.ts';
import type { Answer } from './finding.ts';
import { asObject, complaintOf, connectionFailure, parsed, refusal } from './http.ts';
import type { ProbeContext } from './http.ts';

const MAX_MESSAGE_BYTES = 1024 * 1024;

/** How long a server that has accepted may say nothing: OpenAI's greets at once. */
const GREETING_MS = 5_000;

/** Where the service has sessions over a WebSocket. */
function realtimeUrl(baseUrl: string): string {
  return `${baseUrl.replace(/^http/, 'ws')}/realtime`;
}

/**
 * Opens a session and leaves it at once.
 *
 * @throws ProbeFailure
 */
export async function openSession(
  context: ProbeContext,
  model: string | undefined,
): Promise<Answer> {
  const { target, baseUrl, signal } = context;
  const query = model === undefined ? '' : `?${new URLSearchParams({ model }).toString()}`;
  const socket = new WebSocket(`${realtimeUrl(baseUrl)}${query}`, {
    followRedirects: false,
    maxPayload: MAX_MESSAGE_BYTES,
    perMessageDeflate: false,
    headers: target.key === undefined ? {} : { authorization: `Bearer ${target.key}` },
  });
  try {
    return await answerOf(socket, context);
  } catch (error) {
    throw connectionFailure(error, signal);
  } finally {
    // What happens to a connection that is let go is nobody's business.
    socket.removeAllListeners().on('error', () => undefined);
    socket.terminate();
  }
}

function answerOf(socket: WebSocket, { target, signal }: ProbeContext): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  let patience: NodeJS.Timeout | undefined;
  const onAbort = (): void => reject(signal.reason);
  socket
    .on('unexpected-response', (_, response: IncomingMessage) => {
      const { statusCode = 0, headers } = response;
      reject(refusal(statusCode, '', headers.location ?? null, target));
    })
    .on('error', reject)
    .on('open', () => {
      const silent: Answer = { status: 'unclear', detail: 'accepts, and then says nothing' };
      patience = setTimeout(() => resolve(silent), GREETING_MS);
    })
    .on('message', (data: RawData, isBinary: boolean) => {
      const message = isBinary ? undefined : asObject(parsed(textOf(data)));
      if (message?.['type'] === 'session.created') return resolve({ status: 'yes', detail: '' });
      const complaint = complaintOf(message);
      if (complaint !== undefined)
        return reject(refusal(400, JSON.stringify({ error: complaint }), null, target));
      resolve({ status: 'no', detail: 'accepts, and speaks another protocol' });
    })
    .on('close', () => reject(new ProbeFailure('broken', 'accepts, and closes at once')));
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort, { once: true });
  return promise.finally(() => {
    clearTimeout(patience);
    signal.removeEventListener('abort', onAbort);
  });
}

function textOf(data: RawData): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString('utf8');
  return (Buffer.isBuffer(data) ? data : Buffer.from(data)).toString('utf8');
}
