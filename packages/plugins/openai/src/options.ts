import { z } from 'zod';

/** What errors, events and `plugin.name` call the provider. */
export const provider = 'openai';

export const service = 'https://api.openai.com/v1';

/** The options that may also come from environment variables. */
export const env = { apiKey: 'OPENAI_API_KEY', baseUrl: 'OPENAI_BASE_URL' } as const;

/** The options of the account, which all parts of the plugin have. */
export const account = {
  apiKey: z.string().optional(),
  baseUrl: z.url({ protocol: /^https?$/ }).default(service),
};

/** The same for what keeps a session open, whose address may be that of a socket. */
export const sessionAccount = {
  ...account,
  baseUrl: z.url({ protocol: /^(https?|wss?)$/ }).default(service),
};

/** Sent as the key where none is needed. Too short to be taken for a secret, which would be masked in every text. */
export const NO_KEY = 'none';

/** Servers of OpenAI, also those of a region, want a key; others that speak the same protocol may not. */
export function isOpenAI(baseUrl: string): boolean {
  return /^(.+\.)?api\.openai\.com$/.test(URL.parse(baseUrl)?.hostname ?? '');
}

/** The address of an endpoint: its path is added to that of `baseUrl`, unless it is there already, before the query. */
export function endpoint(baseUrl: string, path: string): URL {
  const url = new URL(baseUrl);
  const base = url.pathname.replace(/\/+$/, '');
  url.pathname = base.endsWith(path) ? base : `${base}${path}`;
  return url;
}

/** The same schema, to which a missing key is an error where the service is OpenAI's. */
export function needsKey<
  Schema extends z.ZodType<{ apiKey?: string | undefined; baseUrl: string }>,
>(schema: Schema): Schema {
  return schema.refine(({ apiKey, baseUrl }) => apiKey !== undefined || !isOpenAI(baseUrl), {
    path: ['apiKey'],
    error: 'is missing',
  });
}

/**
 * The options as they are to be resolved. A key of the environment is OpenAI's: it is never sent to another service
 * that was given as an option. A client that is there already has its key.
 */
export function withKey<
  Input extends { apiKey?: string | undefined; baseUrl?: string | undefined },
>(input: Input, client: object | undefined): Input {
  const { apiKey, baseUrl } = input;
  const elsewhere = baseUrl !== undefined && /\S/.test(baseUrl) && !isOpenAI(baseUrl);
  return apiKey === undefined && (client || elsewhere) ? { ...input, apiKey: NO_KEY } : input;
}
