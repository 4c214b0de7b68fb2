import { addJob } from '../../src/add-job.ts';
import type { PluginType } from '../../src/catalogue.ts';
import type { ConflictPolicy } from '../../src/conflict-policy.ts';
import { createJob } from '../../src/create-job.ts';
import type { CreateOptions } from '../../src/create-job.ts';
import { commit, prepare } from '../../src/engine.ts';
import type { EngineOptions } from '../../src/engine.ts';
import type { Job, Planned } from '../../src/job.ts';
import { updateJob } from '../../src/update-job.ts';
import { answersFor } from './answers.ts';

/** Makes a plugin with these types, also those that this version has no templates for. */
export function creation(
  name: string,
  {
    types,
    ...more
  }: CreateOptions & {
    types?: PluginType[];
    baseUrl?: string;
    transport?: string;
    dir?: string;
  } = {},
): Job {
  const { mode, onConflict, ...answers } = more;
  const given = answersFor(name, answers);
  return createJob({ ...given, type: types ?? given.type }, { mode, onConflict });
}

export function addition(
  directory: string,
  types: PluginType[],
  onConflict: ConflictPolicy = 'fail',
  more: { transport?: string } = {},
): Job {
  return addJob({ directory, given: { type: types, ...more }, onConflict });
}

export function bringUpToDate(
  directories: readonly string[],
  onConflict: ConflictPolicy = 'fail',
): Job {
  return updateJob({ directories, onConflict });
}

/** Does a job as the command does. */
export async function carryOut(job: Job, options: EngineOptions): Promise<Planned> {
  const prepared = await prepare(job, { ...options, dryRun: false });
  return commit(job, prepared.plan.root, options);
}
