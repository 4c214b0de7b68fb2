import { kindOfStatus, ProviderError, type ProviderErrorKind } from '@vision-agents/core';
import { APIError, OpenAIError } from 'openai';
import { z } from 'zod';

/** What a provider says inside a stream of what went wrong. Providers differ in it. */
export const StreamError = z.union([
  z.string().transform((message) => ({ message, code: undefined, type: undefined })),
  z.object({
    message: z.string().nullish(),
    code: z.union([z.string(), z.number()]).nullish(),
    type: z.string().nullish(),
  }),
]);

export function failure(
  provider: string,
  kind: ProviderErrorKind,
  message: string,
  details: { cause?: unknown; status?: number | undefined; retryAfterMs?: number | undefined } = {},
): ProviderError {
  return new ProviderError({ provider, kind, message: `${provider}: ${message}`, ...details });
}

/** The error that a provider has told inside its stream. */
export function streamFailure(
  provider: string,
  { message, code, type }: z.output<typeof StreamError>,
): ProviderError {
  const status = statusOf(code);
  const said = message ?? String(code ?? type ?? 'an error that says nothing');
  if (status !== undefined) return failure(provider, kindOfStatus(status), said, { status });
  const isUnsupported = /invalid_request|context_length|invalid_prompt|image_|_image/.test(
    `${code ?? ''} ${type ?? ''}`,
  );
  return failure(
    provider,
    kindOf({ code, type }) ?? (isUnsupported ? 'unsupported' : 'network'),
    said,
  );
}

/** What kind of failure a provider names by its code or type; undefined where they don't tell. */
export function kindOf({
  code,
  type,
}: {
  code?: string | number | null | undefined;
  type?: string | null | undefined;
}): ProviderErrorKind | undefined {
  const words = `${code ?? ''} ${type ?? ''}`;
  if (/rate_limit|quota|^429 /.test(words)) return 'rate-limit';
  if (/content_(filter|policy)|(bio|misalignment)_policy/.test(words)) return 'content';
  if (/api_key|authentication|permission|^40[13] /.test(words)) return 'auth';
  if (/session_expired|server_error|^5\d\d /.test(words)) return 'network';
  return undefined;
}

/** What OpenAI's client has thrown, in our vocabulary; anything else as it is. */
export function clientFailure(provider: string, thrown: unknown): unknown {
  if (ProviderError.isInstance(thrown) || !(thrown instanceof OpenAIError)) return thrown;
  if (ProviderError.isInstance(thrown.cause)) return thrown.cause;
  const { message } = thrown;
  if (!(thrown instanceof APIError)) return failure(provider, 'unsupported', message);
  // Of a client that was passed in, with a `fetch` of its own.
  const { status } = thrown;
  if (status === undefined) {
    const kind = /timed? ?out/i.test(message) ? 'timeout' : 'network';
    return failure(provider, kind, message, { cause: thrown });
  }
  const seconds = Number(thrown.headers?.get('retry-after') ?? Number.NaN);
  const retryAfterMs = Number.isFinite(seconds) ? seconds * 1_000 : undefined;
  const details = { cause: thrown, status, retryAfterMs };
  return failure(provider, kindOfStatus(status), message, details);
}

/** Some providers give an HTTP status as the code. */
function statusOf(code: string | number | null | undefined): number | undefined {
  const status = Number(code ?? Number.NaN);
  return Number.isInteger(status) && status >= 400 && status < 600 ? status : undefined;
}
