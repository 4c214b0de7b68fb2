/** What each exit code of the command means. */
export const ExitCode = {
  done: 0,
  bug: 1,
  usage: 2,
  refused: 3,
  environment: 4,
  conflicts: 5,
  checkFailed: 6,
  postStep: 7,
  io: 74,
  interrupted: 130,
  terminated: 143,
} as const;

const exitCodes = {
  E_INTERNAL: ExitCode.bug,
  E_STALLED: ExitCode.bug,
  E_USAGE: ExitCode.usage,
  E_FLAG_UNKNOWN: ExitCode.usage,
  E_FLAG_INVALID: ExitCode.usage,
  E_TYPE_UNKNOWN: ExitCode.usage,
  E_TRANSPORT_UNKNOWN: ExitCode.usage,
  E_NAME_INVALID: ExitCode.usage,
  E_NAME_RESERVED: ExitCode.usage,
  E_ANSWERS: ExitCode.usage,
  E_URL_INVALID: ExitCode.usage,
  E_KEY_MISSING: ExitCode.usage,
  E_INPUT_NEEDED: ExitCode.usage,
  E_NPM_SWALLOWED: ExitCode.usage,
  E_EXISTS: ExitCode.refused,
  E_COLLISION: ExitCode.refused,
  E_PACKAGE_TAKEN: ExitCode.refused,
  E_OUTSIDE_ROOT: ExitCode.refused,
  E_PROVENANCE: ExitCode.refused,
  E_NOT_A_PLUGIN: ExitCode.refused,
  E_NO_WORKSPACE: ExitCode.environment,
  E_WORKSPACE_INVALID: ExitCode.environment,
  E_NOT_COVERED: ExitCode.environment,
  E_NOT_WRITABLE: ExitCode.environment,
  E_DISK_SPACE: ExitCode.environment,
  E_BUSY: ExitCode.environment,
  E_CONFLICT: ExitCode.conflicts,
  E_DRIFT: ExitCode.checkFailed,
  E_CHECK_UNREACHABLE: ExitCode.checkFailed,
  E_CHECK_NO_ANSWER: ExitCode.checkFailed,
  E_CHECK_KEY: ExitCode.checkFailed,
  E_CHECK_MODEL: ExitCode.checkFailed,
  E_CHECK_NEEDS_PLUGIN: ExitCode.checkFailed,
  E_FINDINGS: ExitCode.checkFailed,
  E_POST_STEP: ExitCode.postStep,
  E_IO: ExitCode.io,
  E_INTERRUPTED: ExitCode.interrupted,
  E_TERMINATED: ExitCode.terminated,
} as const;

export type ErrorCode = keyof typeof exitCodes;

/** Answers of a command, as they are typed; undefined leaves one out. */
export type TypedAnswers = Readonly<Record<string, string | undefined>>;

/** Writes the command again as it was given, with these answers, and with those defaults where none was given. */
export type Retype = (answers: TypedAnswers, defaults?: TypedAnswers) => string;

/** What to do next: a text, or one with the command in it. */
export type Fix = string | ((retype: Retype) => string);

/** A refusal that a person can act on: a code, one sentence, and what to do next. */
export class CliError extends Error {
  readonly code: ErrorCode;
  #fix: Fix | undefined;

  constructor(code: ErrorCode, message: string, fix?: Fix, options?: ErrorOptions) {
    super(message, options);
    this.name = 'CliError';
    this.code = code;
    this.#fix = fix;
  }

  /** Undefined as long as the command that belongs in it is not known. */
  get fix(): string | undefined {
    return typeof this.#fix === 'string' ? this.#fix : undefined;
  }

  /** Completes the fix with the command that was given. */
  inCommand(retype: Retype): this {
    if (typeof this.#fix === 'function') this.#fix = this.#fix(retype);
    return this;
  }

  get exitCode(): number {
    return exitCodes[this.code];
  }
}

/** The abort reason for a signal that ended the run. */
export function interruption(signal: 'SIGINT' | 'SIGTERM'): CliError {
  return signal === 'SIGINT'
    ? new CliError('E_INTERRUPTED', 'Interrupted. Nothing was written.')
    : new CliError('E_TERMINATED', 'Terminated. Nothing was written.');
}

/** The `code` of a Node.js system error such as `ENOENT`, or undefined for anything else. */
export function systemErrorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : undefined;
}

/** The sentence of an error of any kind. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
