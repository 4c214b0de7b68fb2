import type { Result } from './result.ts';
import type { Style } from './style.ts';

/** What a command may use of the process. */
export interface CommandContext {
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  /** Aborted on SIGINT and SIGTERM, with the CliError to end with. */
  readonly signal: AbortSignal;
  readonly style: Style;
  /** For progress; results are returned. */
  readonly log: (line: string) => void;
}

/** What a command found out, in both forms. */
export interface CommandOutcome {
  readonly result: Result;
  readonly text: string;
}
