/** How likely the tokens are, on (geometric) average. */
export function confidenceOf(
  logprobs: readonly { logprob?: number | null | undefined }[] | null | undefined,
): { confidence?: number } {
  const known = (logprobs ?? []).flatMap(({ logprob }) => logprob ?? []);
  if (known.length === 0) return {};
  return { confidence: Math.exp(known.reduce((sum, logprob) => sum + logprob, 0) / known.length) };
}

/** The language, where just one was heard. */
export function onlyOf(
  languages: readonly { code?: string | null | undefined }[] | null | undefined,
): string | undefined {
  return languages?.length === 1 ? (languages[0]?.code ?? undefined) : undefined;
}

/** The newest model takes several languages, the others one. */
export function languageOf(
  model: string,
  language: string,
): { language: string } | { languages: string[] } {
  return model === 'gpt-transcribe' ? { languages: [language] } : { language };
}

/** Whether the model tells how likely its tokens are. */
export function hasProbabilities(model: string): boolean {
  return /^gpt-4o-(mini-)?transcribe(-\d|$)/.test(model);
}
