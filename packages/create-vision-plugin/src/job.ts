import type { Answers } from './answers.ts';
import type { FileSystem } from './fs-port.ts';
import type { Plan } from './plan.ts';
import type { Release } from './release.ts';

export type Phase =
  | 'resolve'
  | 'render'
  | 'plan'
  | 'preflight'
  | 'lock'
  | 'stage'
  | 'commit'
  | 'done';

/** What a job may use. */
export interface JobContext {
  readonly release: Release;
  /** Where the command was given. */
  readonly cwd: string;
  readonly fs: FileSystem;
  /** Called at the start of a phase; rejects when the run is to end. */
  readonly enter: (phase: Phase) => Promise<void>;
}

/** A plugin that a plan is about. */
export interface PlannedPlugin {
  readonly answers: Answers;
  /** Its folder, relative to the root of the plan. */
  readonly directory: string;
}

/** A plan that passed preflight, with what it was made from. */
export interface Planned {
  readonly plan: Plan;
  readonly plugins: readonly PlannedPlugin[];
  readonly warnings: readonly string[];
}

/** Something to be done to a tree: to make a plugin, to add to it, to update it. It plans, and writes nothing. */
export interface Job {
  /** The folders in which a run that was killed may have left its journal, the one that will be written to first. */
  roots(context: JobContext): Promise<readonly string[]>;
  /** Planned again under the lock, so that two runs at once never interleave. */
  plan(context: JobContext): Promise<Planned>;
}
