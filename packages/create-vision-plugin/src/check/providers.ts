/** A service whose plugin is known from its address. */
export interface KnownProvider {
  readonly title: string;
  readonly host: RegExp;
  readonly baseUrl: string;
  readonly keyVariable: string;
}

export const openAI: KnownProvider = {
  title: 'OpenAI',
  host: /^(?:.+\.)?api\.openai\.com$/,
  baseUrl: 'https://api.openai.com/v1',
  keyVariable: 'OPENAI_API_KEY',
};

export const openRouter: KnownProvider = {
  title: 'OpenRouter',
  host: /^(?:.+\.)?openrouter\.ai$/,
  baseUrl: 'https://openrouter.ai/api/v1',
  keyVariable: 'OPENROUTER_API_KEY',
};

export const nvidia: KnownProvider = {
  title: 'NVIDIA',
  host: /^(?:.+\.)?integrate\.api\.nvidia\.com$/,
  baseUrl: 'https://integrate.api.nvidia.com/v1',
  keyVariable: 'NVIDIA_API_KEY',
};

export function providerAt(baseUrl: string): KnownProvider | undefined {
  const host = URL.parse(baseUrl)?.hostname ?? '';
  return [openAI, openRouter, nvidia].find((provider) => provider.host.test(host));
}

/** Where else the protocol may be spoken, when it is not at the address that was given. */
export function otherBaseUrl(baseUrl: string): string | undefined {
  const known = providerAt(baseUrl)?.baseUrl;
  if (known !== undefined) return known === baseUrl ? undefined : known;
  return /\/v\d+[a-z]*\d*(?:\/|$)/.test(baseUrl) ? undefined : `${baseUrl}/v1`;
}
