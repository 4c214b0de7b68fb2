import { expect, it } from 'vitest';
import { isSecretName } from './secret-name.ts';

it.each([
  'apiKey',
  'api_key',
  'APIKEY',
  'x-api-key',
  'xi-api-key',
  'Ocp-Apim-Subscription-Key',
  'authorization',
  'token',
  'accessToken',
  'client_secret',
  'X-Amz-Signature',
  'set-cookie',
])('%s holds a secret', (name) => expect(isSecretName(name)).toBe(true));

it.each(['keyterm', 'keywords', 'max_tokens', 'model', 'Idempotency-Key', 'author'])(
  '%s holds none',
  (name) => expect(isSecretName(name)).toBe(false),
);
