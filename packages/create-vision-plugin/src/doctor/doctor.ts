import { availableParallelism } from 'node:os';
import * as z from 'zod';
import { changeRunSchema } from '../change-answers.ts';
import type { CommandContext, CommandOutcome } from '../command.ts';
import { commit, prepare } from '../engine.ts';
import type { EngineOptions } from '../engine.ts';
import { CliError, messageOf, systemErrorCode } from '../errors.ts';
import { realFileSystem } from '../fs-port.ts';
import { hasWork } from '../plan.ts';
import type { Plan } from '../plan.ts';
import type { Release } from '../release.ts';
import { pathFrom } from '../shell.ts';
import { whereWeAre } from '../workspace.ts';
import { doctorOutcome } from './doctor-report.ts';
import { examine } from './examine.ts';
import type { Examination } from './examine.ts';
import { fixJob } from './fix-job.ts';
import type { Repair } from './fix-job.ts';
import { mapAtOnce } from './map-at-once.ts';
import type { DoctorContext } from './subject.ts';
import { whichPlugins } from './which-plugins.ts';

export const doctorFlagsSchema = z.strictObject({
  ...changeRunSchema.omit({ onConflict: true }).shape,
  all: z.optional(z.boolean()),
  run: z.optional(z.boolean()),
  fix: z.optional(z.boolean()),
});

/** Finds what is wrong with plugins, whoever made them, and says what mends it. */
export async function doctor(
  folders: readonly string[],
  flags: Readonly<Record<string, unknown>>,
  release: Release,
  { env, cwd: start, signal, style, log }: CommandContext,
): Promise<CommandOutcome> {
  const { all = false, run = false, fix = false, dryRun, ...how } = doctorFlagsSchema.parse(flags);
  const cwd = whereWeAre(start, env);
  const context: DoctorContext = { fs: realFileSystem, env, signal, release, cwd };
  const directories = await whichPlugins(folders, all, cwd, context.fs);
  const examineAll = (withTests: boolean): Promise<Examination[]> => {
    // Tests have the machine to themselves: some are bound in time.
    const atOnce = withTests ? 1 : Math.min(4, availableParallelism());
    return mapAtOnce(directories, atOnce, (directory) => {
      if (withTests || how.verbose === true)
        log(`${withTests ? 'testing' : 'examining'} ${pathFrom(cwd, directory)}`);
      return examine(directory, withTests, context).catch(refuseUnreadable);
    });
  };
  const words = ['doctor', ...(all ? ['--all'] : directories.map((path) => pathFrom(cwd, path)))];
  if (!fix) {
    const examinations = await examineAll(run);
    return doctorOutcome({ examinations, plans: [], dryRun, cwd, words }, style);
  }
  const before = await examineAll(false);
  const plans = await mend(before, dryRun !== undefined, { release, cwd, signal });
  // What was mended is not found again, and what is left is found as it is now.
  const examinations =
    dryRun === undefined && (run || plans.length > 0) ? await examineAll(run) : before;
  return doctorOutcome({ examinations, plans, dryRun, cwd, words }, style);
}

/** @throws CliError `E_NOT_WRITABLE` for what this user may not even read */
function refuseUnreadable(error: unknown): never {
  const code = systemErrorCode(error);
  if (code !== 'EACCES' && code !== 'EPERM') throw error;
  const fix = 'Give yourself access to it.';
  throw new CliError('E_NOT_WRITABLE', `It cannot be read: ${messageOf(error)}.`, fix, {
    cause: error,
  });
}

/** Mends what is safe, the plugins of one root in one transaction. */
async function mend(
  examinations: readonly Examination[],
  dryRun: boolean,
  options: EngineOptions,
): Promise<Plan[]> {
  const byRoot = new Map<string, Repair[]>();
  for (const { place, findings } of examinations) {
    const edits = findings.flatMap((finding) => finding.edits ?? []);
    const { root } = place.workspace;
    if (edits.length > 0) byRoot.set(root, [...(byRoot.get(root) ?? []), { place, edits }]);
  }
  const plans: Plan[] = [];
  for (const [root, repairs] of byRoot) {
    const job = fixJob(root, repairs);
    const { plan } = await prepare(job, { ...options, dryRun });
    if (!hasWork(plan)) continue;
    plans.push(dryRun ? plan : (await commit(job, root, options)).plan);
  }
  return plans;
}
