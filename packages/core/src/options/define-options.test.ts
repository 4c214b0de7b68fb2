import { inspect } from 'node:util';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { ProviderError } from '../errors/index.ts';
import { defineOptions, type OptionsInput } from './define-options.ts';

const options = defineOptions({
  provider: 'acme',
  env: { apiKey: 'ACME_API_KEY' },
  schema: z.strictObject({
    apiKey: z.string(),
    baseUrl: z.url().default('wss://api.acme.example'),
    model: z.string().default('general'),
  }),
});

function failure(input: unknown): ProviderError {
  try {
    const resolve: unknown = Reflect.get(options, 'resolve');
    if (typeof resolve === 'function') Reflect.apply(resolve, options, [input]);
  } catch (error) {
    if (ProviderError.isInstance(error)) return error;
    throw error;
  }
  throw new Error('resolve() did not throw');
}

afterEach(() => vi.unstubAllEnvs());

describe('defineOptions', () => {
  it('reads the environment when it resolves, and what is given wins', () => {
    vi.stubEnv('ACME_API_KEY', 'from-environment');
    expect(options.resolve()).toEqual({
      apiKey: 'from-environment',
      baseUrl: 'wss://api.acme.example',
      model: 'general',
    });
    const input: OptionsInput<typeof options> = { apiKey: 'given-here', model: undefined };
    expect(options.resolve(input)).toMatchObject({ apiKey: 'given-here', model: 'general' });
  });

  it.each([undefined, '', '  '])('says what to set when the key is %j', (key) => {
    vi.stubEnv('ACME_API_KEY', key);
    expect(failure({})).toMatchObject({
      kind: 'auth',
      retryable: false,
      message: 'acme: apiKey is missing. Pass the apiKey option, or set ACME_API_KEY',
    });
  });

  it('names every option that does not fit', () => {
    const { message, kind } = failure({ apiKey: 'k', baseUrl: 'not a url', modle: 'x' });
    expect(kind).toBe('unsupported');
    expect(message).toContain('option baseUrl: Invalid URL');
    expect(message).toContain('unknown option "modle"; the options are apiKey, baseUrl, model');
  });

  it('refuses what is no object, without repeating it', () => {
    const { message } = failure('sk-secret-key');
    expect(message).toBe('acme takes its options as an object, got string');
  });

  it('takes a key from a file with a line break at its end', () => {
    expect(options.resolve({ apiKey: 'from-a-file\n' }).apiKey).toBe('from-a-file');
  });

  it('masks the key in every form in which it may be written', () => {
    const apiKey = 'abc8Q~Hk3xyz "Secret" (!)';
    options.resolve({ apiKey });
    const cause = Object.assign(new TypeError('Invalid URL'), { input: `wss://x?key=${apiKey}` });
    const error = new ProviderError({
      provider: 'acme',
      kind: 'network',
      message: [
        apiKey,
        encodeURIComponent(apiKey),
        new URLSearchParams({ apiKey }).toString(),
        JSON.stringify({ apiKey }),
      ].join(' '),
      cause,
    });
    expect(inspect(error, { depth: 10 })).not.toMatch(/abc8Q|Secret/);
    expect(error.message).toBe('[redacted] [redacted] apiKey=[redacted] {"apiKey":"[redacted]"}');
  });

  it('masks the key wherever it turns up in an error', () => {
    options.resolve({ apiKey: 'sk-live/1234567890' });
    const error = new ProviderError({
      provider: 'acme',
      kind: 'auth',
      message: 'bad key sk-live/1234567890 in /listen?token=sk-live%2F1234567890',
      cause: new Error('sk-live/1234567890', { cause: new Error('also sk-live/1234567890') }),
    });
    expect(error.message).toBe('bad key [redacted] in /listen?token=[redacted]');
    expect(inspect(error, { depth: 10 })).not.toContain('1234567890');
  });
});
