import { CliError } from '../errors.ts';
import { ownCommand } from '../shell.ts';
import type { CheckFlags } from './check-flags.ts';
import { masked } from './masked.ts';
import { providerAt } from './providers.ts';

/** What is checked, and how. */
export interface Target {
  /** With http or https, and without a slash at its end. */
  readonly baseUrl: string;
  readonly model: string | undefined;
  readonly key: string | undefined;
  /** The environment variable that has the key. */
  readonly keyVariable: string | undefined;
  /** For each probe. */
  readonly timeoutMs: number;
  /** Makes what the server says safe to show. */
  readonly told: (text: string) => string;
}

const DEFAULT_TIMEOUT_SECONDS = 30;
const MAX_TIMEOUT_SECONDS = 600;
const MAX_URL_LENGTH = 2000;

/** An endpoint that was given for the service that it is of. */
const endpoints = /\/(?:chat\/completions|completions|models|realtime|responses)$/;

/** @throws CliError with exit code 2, never with a key in it */
export function readTarget(
  typed: string | undefined,
  flags: CheckFlags,
  env: NodeJS.ProcessEnv,
): Target {
  const baseUrl = readUrl(typed, flags);
  const timeoutMs = readTimeout(flags.timeout) * 1000;
  const keyVariable = readKeyVariable(flags.apiKeyEnv, baseUrl);
  const key = keyVariable === undefined ? undefined : readKey(keyVariable, env);
  const model = flags.model?.trim();
  if (model === '' || (model !== undefined && /\p{Cc}/u.test(model)))
    throw new CliError(
      'E_FLAG_INVALID',
      '--model is not a name.',
      'npx create-vision-plugin check --help',
    );
  return { baseUrl, model, key, keyVariable, timeoutMs, told: (text) => masked(text, key) };
}

function readUrl(typed: string | undefined, flags: CheckFlags): string {
  const more = [
    ...(flags.model === undefined ? [] : ['--model', flags.model]),
    ...(flags.apiKeyEnv !== undefined && isVariable(flags.apiKeyEnv)
      ? ['--api-key-env', flags.apiKeyEnv]
      : []),
  ];
  const retype = (url: string, ...words: readonly string[]): string =>
    ownCommand(['check', url, ...more, ...words]);
  if (typed === undefined) {
    throw new CliError(
      'E_INPUT_NEEDED',
      'An answer is missing: url.',
      retype('http://localhost:11434/v1'),
    );
  }
  const text = typed.trim();
  const url = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? URL.parse(text) : null;
  if (url === null || !/^(?:https?|wss?):$/.test(url.protocol) || text.length > MAX_URL_LENGTH) {
    const isAddress = /^[\w.-]+(?::\d+)?(?:\/[\w./-]*)?$/.test(text);
    const scheme = /^(?:localhost|127\.|\[|[^/]*:\d)/.test(text) ? 'http' : 'https';
    throw new CliError(
      'E_URL_INVALID',
      'That is not the address of a service: it starts with https:// or http://.',
      retype(isAddress ? `${scheme}://${text}` : 'https://api.acme.example/v1'),
    );
  }
  const path = url.pathname.replace(/\/+$/, '').replace(endpoints, '');
  const secure = url.protocol === 'https:' || url.protocol === 'wss:';
  const baseUrl = `${secure ? 'https' : 'http'}://${url.host}${path}`;
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    const variable = providerAt(baseUrl)?.keyVariable ?? 'ACME_API_KEY';
    throw new CliError(
      'E_URL_INVALID',
      'The address has a user, a query or a fragment. A key belongs in an environment variable, and an address with a query needs a plugin.',
      flags.apiKeyEnv === undefined ? retype(baseUrl, '--api-key-env', variable) : retype(baseUrl),
    );
  }
  return baseUrl;
}

function isVariable(text: string): boolean {
  return /^[A-Z_][A-Z0-9_]*$/i.test(text) && text.length <= 100;
}

/** What was given may be the key itself: it is not repeated. */
function readKeyVariable(name: string | undefined, baseUrl: string): string | undefined {
  if (name === undefined || isVariable(name)) return name;
  throw new CliError(
    'E_FLAG_INVALID',
    '--api-key-env takes the name of an environment variable that has the key, not the key.',
    ownCommand([
      'check',
      baseUrl,
      '--api-key-env',
      providerAt(baseUrl)?.keyVariable ?? 'ACME_API_KEY',
    ]),
  );
}

function readKey(variable: string, env: NodeJS.ProcessEnv): string {
  const key = env[variable]?.trim() ?? '';
  if (key === '')
    throw new CliError(
      'E_KEY_MISSING',
      `${variable} is not set.`,
      `read -rs ${variable} && export ${variable}`,
    );
  if (!/^[\x21-\x7E]+$/.test(key))
    throw new CliError(
      'E_KEY_MISSING',
      `${variable} has characters in it that no key has.`,
      'Copy the key again, without quotes, spaces or line breaks.',
    );
  return key;
}

function readTimeout(text: string | undefined): number {
  const seconds = text === undefined ? DEFAULT_TIMEOUT_SECONDS : Number(text);
  if (text?.trim() !== '' && seconds > 0 && seconds <= MAX_TIMEOUT_SECONDS) return seconds;
  throw new CliError(
    'E_FLAG_INVALID',
    `--timeout takes seconds, up to ${MAX_TIMEOUT_SECONDS}.`,
    'npx create-vision-plugin check --help',
  );
}
