/** What a check tries, in this order. */
export const probes = ['models', 'chat', 'streaming', 'tools', 'images', 'realtime'] as const;

export type ProbeName = (typeof probes)[number];

/** `unclear` where the server answered and it can't be told what that means; `not-tried` where an answer could not help. */
export const findingStatuses = ['yes', 'no', 'unclear', 'not-tried'] as const;

export type FindingStatus = (typeof findingStatuses)[number];

/** Why a probe failed: what there is to do depends on it. */
export const failureReasons = [
  'unreachable',
  'tls',
  'timeout',
  'redirect',
  'key',
  'busy',
  'absent',
  'model',
  'refused',
  'broken',
] as const;

export type FailureReason = (typeof failureReasons)[number];

/** What one probe found out. Texts of the server's are masked already. */
export interface Finding {
  readonly probe: ProbeName;
  readonly status: FindingStatus;
  readonly detail: string;
  readonly reason?: FailureReason | undefined;
  readonly durationMs?: number | undefined;
}

/** What a probe came to, before it is timed. */
export interface Answer {
  readonly status: 'yes' | 'no' | 'unclear';
  readonly detail: string;
}

/** A probe that got no answer it could use. */
export class ProbeFailure extends Error {
  readonly reason: FailureReason;

  constructor(reason: FailureReason, detail: string, options?: ErrorOptions) {
    super(detail, options);
    this.name = 'ProbeFailure';
    this.reason = reason;
  }
}
