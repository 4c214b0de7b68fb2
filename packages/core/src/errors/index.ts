export { ProviderError } from './provider-error.ts';
export type { ProviderErrorInit, ProviderErrorKind } from './provider-error.ts';
export { redact, rememberSecret } from './redact.ts';
