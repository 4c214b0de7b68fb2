import { ProviderError, type ProviderErrorKind } from '../../errors/provider-error.ts';
import { nameOfRequest, type HttpRequest } from './http-request.ts';

/** The connection was never made, so nothing of the request can have reached the provider. */
const neverConnected: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** A request that got no answer, and whether it may have reached the provider. */
export interface RequestFailure {
  readonly error: ProviderError;
  readonly neverSent: boolean;
}

/** Reads what `fetch` or the reading of a body threw. */
export function requestFailure(
  thrown: unknown,
  context: { provider: string; request: Pick<HttpRequest, 'method' | 'url'>; during: string },
): RequestFailure {
  if (ProviderError.isInstance(thrown)) return { error: thrown, neverSent: false };
  const { provider, request, during } = context;
  const reason = reasonOf(thrown);
  const code = codeOf(reason);
  if (isMistake(thrown, reason, code)) {
    const message = `${provider}: ${nameOfRequest(request)} can't be made: ${describe(reason)}`;
    // The cause repeats the whole URL, with a key that could not be told from the rest of it.
    const cause = code === 'ERR_INVALID_URL' ? undefined : thrown;
    const error = new ProviderError({ provider, kind: 'unsupported', message, cause });
    return { error, neverSent: true };
  }
  const message = `${provider}: ${nameOfRequest(request)} ${during}: ${describe(reason)}`;
  const kind = kindOf(reason, code);
  // The parser hangs what it could not read on its error, all of it.
  const cause = reason instanceof Error && 'data' in reason ? undefined : thrown;
  return {
    error: new ProviderError({ provider, kind, message, cause }),
    neverSent: neverConnected.has(code),
  };
}

/** A request that no network can carry. `fetch` gives its TypeError a cause only when it got as far as the network. */
function isMistake(thrown: unknown, reason: unknown, code: string): boolean {
  if (!(thrown instanceof TypeError)) return false;
  if (code === 'ERR_INVALID_URL' || reason === thrown) return thrown.message !== 'terminated';
  return reason instanceof Error && /^(unknown scheme|bad port)$/.test(reason.message);
}

function kindOf(reason: unknown, code: string): ProviderErrorKind {
  if (/^(UND_ERR_(CONNECT|HEADERS|BODY)_TIMEOUT|ETIMEDOUT)$/.test(code)) return 'timeout';
  const { name, message } = reason instanceof Error ? reason : new Error();
  // What the parser says of an answer that is cut in the middle.
  if (code === 'HPE_INVALID_EOF_STATE' || message.includes('Invalid EOF state')) return 'network';
  return name === 'HTTPParserError' || /^(HPE|Z)_/.test(code) ? 'protocol' : 'network';
}

/** `fetch failed` says nothing; its cause does. */
function reasonOf(thrown: unknown): unknown {
  return thrown instanceof Error && thrown.cause instanceof Error ? thrown.cause : thrown;
}

function describe(reason: unknown): string {
  if (!(reason instanceof Error)) return String(reason);
  return reason.message || codeOf(reason) || reason.name;
}

function codeOf(reason: unknown): string {
  const code: unknown =
    typeof reason === 'object' && reason !== null ? Reflect.get(reason, 'code') : undefined;
  return typeof code === 'string' ? code : '';
}
