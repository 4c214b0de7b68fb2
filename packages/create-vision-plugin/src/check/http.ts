import { systemErrorCode } from '../errors.ts';
import { ProbeFailure } from './finding.ts';
import type { Target } from './target.ts';

/** What a probe asks with: its own deadline within that of the check. */
export interface ProbeContext {
  readonly target: Target;
  readonly baseUrl: string;
  readonly signal: AbortSignal;
}

const MAX_BODY_BYTES = 16 * 1024 * 1024;
const MAX_ERROR_BYTES = 64 * 1024;

/**
 * Asks the server, and never goes where it redirects to: the key would go along.
 *
 * @throws ProbeFailure for everything but an answer with status 2xx that is no web page
 */
export async function request(
  { target, baseUrl, signal }: ProbeContext,
  path: string,
  body?: object,
): Promise<Response> {
  const response = await fetch(`${baseUrl}${path}`, {
    signal,
    redirect: 'manual',
    headers: {
      accept: 'application/json, text/event-stream',
      ...(target.key === undefined ? {} : { authorization: `Bearer ${target.key}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
  }).catch((error: unknown) => {
    throw connectionFailure(error, signal);
  });
  if (response.ok) {
    if (!/^text\/html\b/i.test(response.headers.get('content-type') ?? '')) return response;
    await response.body?.cancel();
    throw new ProbeFailure('absent', 'a web page, not an API');
  }
  const text = await readText(response, MAX_ERROR_BYTES, signal);
  throw refusal(response.status, text, response.headers.get('location'), target);
}

/** @throws ProbeFailure for what is no JSON */
export async function readJson(response: Response, signal: AbortSignal): Promise<unknown> {
  const text = await readText(response, MAX_BODY_BYTES, signal);
  const value = parsed(text);
  if (value === undefined) throw new ProbeFailure('absent', 'an answer that is no JSON');
  return value;
}

/** Undefined for what is no JSON, which no value of JSON is. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** At most so many bytes of a body. */
async function readText(response: Response, limit: number, signal: AbortSignal): Promise<string> {
  let text = '';
  for await (const piece of textOf(response, signal)) {
    text += piece;
    if (text.length > limit) break;
  }
  return text;
}

/** @throws ProbeFailure when the connection breaks */
export async function* textOf(response: Response, signal: AbortSignal): AsyncGenerator<string> {
  if (response.body === null) return;
  try {
    for await (const piece of response.body.pipeThrough(new TextDecoderStream())) yield piece;
  } catch (error) {
    throw connectionFailure(error, signal);
  }
}

/** What a status other than 2xx means, from HTTP or from a handshake. */
export function refusal(
  status: number,
  body: string,
  location: string | null,
  { told, key, keyVariable }: Target,
): ProbeFailure {
  const code = `HTTP ${status}`;
  if (status === 401 || status === 403) {
    // What is said then may repeat the key.
    const what = key === undefined ? 'asks for a key' : `refuses the key in ${keyVariable ?? ''}`;
    return new ProbeFailure('key', `${code}: ${what}`);
  }
  if (status >= 300 && status < 400)
    return new ProbeFailure('redirect', redirection(code, location, told));
  const complaint = complaintOf(parsed(body));
  const sentence = complaint === undefined ? code : `${code}: ${told(complaint)}`;
  if (status === 429) return new ProbeFailure('busy', sentence);
  if (complaint !== undefined && /\bmodels?\b/i.test(complaint) && status >= 400 && status <= 422)
    return new ProbeFailure('model', sentence);
  if (status === 404 || status === 405 || status === 410 || status === 501)
    return new ProbeFailure('absent', sentence);
  return new ProbeFailure(status >= 500 ? 'broken' : 'refused', sentence);
}

/** Without what follows the path: it may be a secret. */
function redirection(
  code: string,
  location: string | null,
  told: (text: string) => string,
): string {
  const url = location === null ? null : URL.parse(location);
  if (url !== null)
    return `${code}: redirects to ${told(`${url.protocol}//${url.host}${url.pathname}`)}`;
  return `${code}: redirects${location === null ? '' : ` to ${told(location.replace(/[?#].*$/s, ''))}`}`;
}

/** Where servers put what they complain of: `error.message`, `error`, `message` or `detail`. */
export function complaintOf(value: unknown): string | undefined {
  const object = asObject(value);
  const nested = asObject(object?.['error']);
  const places = [nested?.['message'], object?.['error'], object?.['message'], object?.['detail']];
  return places.find((text) => typeof text === 'string');
}

export function asObject(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : undefined;
}

/** What went wrong below HTTP. */
export function connectionFailure(error: unknown, signal: AbortSignal): unknown {
  if (error instanceof ProbeFailure) return error;
  if (signal.aborted) return signal.reason;
  const code = causeCode(error);
  const options = { cause: error };
  if (code === 'ECONNREFUSED')
    return new ProbeFailure('unreachable', 'nothing listens there', options);
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return new ProbeFailure('unreachable', 'no host has that name', options);
  if (code !== undefined && /CERT|SELF_SIGNED|UNABLE_TO|ERR_TLS/.test(code))
    return new ProbeFailure('tls', `the certificate is not trusted (${code})`, options);
  if (code !== undefined && /SSL|EPROTO/.test(code))
    return new ProbeFailure('tls', 'does not speak TLS', options);
  if (code !== undefined && /ECONNRESET|UND_ERR_SOCKET|EPIPE|HPE_/.test(code))
    return new ProbeFailure('broken', 'the connection breaks', options);
  return new ProbeFailure(
    'unreachable',
    `no connection${code === undefined ? '' : ` (${code})`}`,
    options,
  );
}

/** The deepest code there is: `fetch` wraps what happened, and several addresses are several errors. */
function causeCode(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const inner = error instanceof AggregateError ? error.errors[0] : error.cause;
  return causeCode(inner) ?? systemErrorCode(error);
}
