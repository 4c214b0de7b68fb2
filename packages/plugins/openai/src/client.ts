import { assertOk, type Fetch } from '@vision-agents/core';
import OpenAI from 'openai';
import { isOpenAI, NO_KEY } from './options.ts';

export interface ClientInit {
  /** A placeholder is sent without it. */
  apiKey?: string | undefined;
  baseUrl: string;
  /** The component's, which has the times, the limits and the retries. */
  fetch: Fetch;
  /** Sent with every request. */
  headers?: Readonly<Record<string, string>> | undefined;
}

/** OpenAI's own client, over our `fetch`: it makes requests, and neither repeats nor logs them. */
export function openAIClient({ apiKey = NO_KEY, baseUrl, fetch, headers }: ClientInit): OpenAI {
  return new OpenAI({
    apiKey,
    adminAPIKey: null,
    baseURL: baseUrl,
    defaultHeaders: { ...headers },
    // A refusal is told with its status and what was said, in the words of `ProviderError`.
    // The client looks there before it uploads a file; else it would make a request to find out.
    fetch: Object.assign(
      async (...request: Parameters<Fetch>) => assertOk(await fetch(...request)),
      { Response },
    ),
    maxRetries: 0,
    logLevel: 'off',
    // Elsewhere nobody needs to know whose account it is.
    ...(!isOpenAI(baseUrl) && { organization: null, project: null }),
  });
}
