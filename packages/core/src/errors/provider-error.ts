import { redact, redactCause } from './redact.ts';

export type ProviderErrorKind =
  | 'auth'
  | 'rate-limit'
  | 'timeout'
  | 'network'
  | 'protocol'
  | 'content'
  | 'unsupported'
  | 'internal';

export interface ProviderErrorInit {
  provider: string;
  kind: ProviderErrorKind;
  message: string;
  /** Whether the same call may work later. Without it: true for rate-limit, timeout, network and protocol. */
  retryable?: boolean | undefined;
  /** HTTP status, or WebSocket close code. */
  status?: number | undefined;
  /** How long the provider asked us to wait, in milliseconds. */
  retryAfterMs?: number | undefined;
  cause?: unknown;
}

const brand = Symbol.for('vision-agents.provider-error');
const temporaryKinds: ReadonlySet<ProviderErrorKind> = new Set([
  'rate-limit',
  'timeout',
  'network',
  'protocol',
]);

/** The one error of the framework: what a provider did, told in one vocabulary. Secrets in its text are masked. */
export class ProviderError extends Error {
  override readonly name = 'ProviderError';
  readonly [brand] = true;
  readonly provider: string;
  readonly kind: ProviderErrorKind;
  readonly retryable: boolean;
  readonly status?: number;
  readonly retryAfterMs?: number;

  constructor(init: ProviderErrorInit) {
    const cause = redactCause(init.cause);
    super(redact(init.message), cause === undefined ? {} : { cause });
    this.provider = init.provider;
    this.kind = init.kind;
    this.retryable = init.retryable ?? temporaryKinds.has(init.kind);
    if (init.status !== undefined) this.status = init.status;
    if (init.retryAfterMs !== undefined) this.retryAfterMs = init.retryAfterMs;
  }

  /** True also for errors of another copy of core. */
  static isInstance(value: unknown): value is ProviderError {
    return typeof value === 'object' && value !== null && brand in value;
  }

  /** A `ProviderError` as it is; anything else wrapped as kind `internal`, which is not retryable. */
  static from(value: unknown, provider: string): ProviderError {
    if (ProviderError.isInstance(value)) return value;
    const message = value instanceof Error ? value.message : String(value);
    return new ProviderError({ provider, kind: 'internal', message, cause: value });
  }
}
