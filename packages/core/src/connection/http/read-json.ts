import type { StandardSchemaV1 } from '@standard-schema/spec';
import { ProviderError } from '../../errors/provider-error.ts';
import { describeIssues, excerpt } from '../describe-issues.ts';
import { nameOfRequest } from './http-request.ts';
import { readBytes } from './read-bytes.ts';
import { contextOf } from './response-context.ts';

/**
 * A JSON answer, read through the plugin's schema: lenient and minimal, for what the plugin needs and no more.
 *
 * @throws ProviderError for a status that is not 2xx; kind `protocol` for what is not JSON, does not fit (the message
 * says what), or is larger than the policy's `maxMessageBytes`
 */
export async function readJson<Output>(
  response: Response,
  schema: StandardSchemaV1<unknown, Output>,
  options: { signal?: AbortSignal | undefined } = {},
): Promise<Output> {
  const { provider, policy, request } = contextOf(response);
  const failure = (what: string, cause?: unknown): ProviderError =>
    new ProviderError({
      provider,
      kind: 'protocol',
      message: `${provider}: ${nameOfRequest(request)} was answered with ${what}`,
      cause,
    });
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of readBytes(response, options)) {
    bytes += chunk.byteLength;
    if (bytes > policy.maxMessageBytes)
      throw failure(`more than ${policy.maxMessageBytes} bytes of JSON`);
    chunks.push(chunk);
  }
  const text = new TextDecoder().decode(Buffer.concat(chunks));
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw failure(`what is not JSON: ${excerpt(text)}`);
  }
  const result = await schema['~standard'].validate(value);
  if (!result.issues) return result.value;
  throw failure(`JSON that does not fit: ${describeIssues(result.issues)} in ${excerpt(text)}`);
}
