import { resolve } from 'node:path';
import * as z from 'zod';
import { changeRunSchema } from './change-answers.ts';
import { carryOut } from './change.ts';
import type { CommandContext, CommandOutcome } from './command.ts';
import { CliError } from './errors.ts';
import { realFileSystem } from './fs-port.ts';
import type { Planned } from './job.ts';
import { PROVENANCE_FILE } from './ownership.ts';
import { findPlugin } from './place.ts';
import type { Release } from './release.ts';
import { ownCommand, pathFrom } from './shell.ts';
import { allPlugins, updateJob } from './update-job.ts';
import type { Style } from './style.ts';
import { whereWeAre } from './workspace.ts';

export const updateFlagsSchema = z.strictObject({
  ...changeRunSchema.shape,
  all: z.optional(z.boolean()),
  check: z.optional(z.boolean()),
});

/** Brings plugins to this version's templates. */
export async function update(
  folders: readonly string[],
  flags: Readonly<Record<string, unknown>>,
  release: Release,
  context: CommandContext,
): Promise<CommandOutcome> {
  const { all = false, check = false, ...run } = updateFlagsSchema.parse(flags);
  const cwd = whereWeAre(context.cwd, context.env);
  const directories = await whichPlugins(folders, all, cwd);
  const options = {
    release,
    cwd,
    signal: context.signal,
    onPhase: run.verbose === true ? (phase: string) => context.log(phase) : undefined,
  };
  const words = ['update', ...(all ? ['--all'] : directories.map((path) => pathFrom(cwd, path)))];
  return carryOut(
    {
      command: 'update',
      job: (onConflict) => updateJob({ directories, onConflict }),
      run,
      check,
      words,
      heading: (planned, style, state) => {
        const { plugins } = planned;
        if (plugins.length === 0) return 'There is no plugin to update.';
        if (state === 'nothing') return `Up to date: ${namesOf(plugins, style)}`;
        const verb = state === 'planned' ? 'Would update' : 'Updated';
        return `${verb} ${namesOf(touched(planned), style)}`;
      },
      next: (planned) => [
        'npm install',
        ...touched(planned).map(({ answers }) =>
          answers.standalone === true ? 'npm test' : `npm test -w ${answers.packageName}`,
        ),
      ],
    },
    options,
    context,
  );
}

function namesOf(plugins: Planned['plugins'], style: Style): string {
  return plugins.map(({ answers }) => style.bold(answers.packageName)).join(', ');
}

/** The plugins of which a file is written. */
function touched({ plan, plugins }: Planned): Planned['plugins'] {
  const written = plan.files.filter(({ action }) => action === 'create' || action === 'update');
  return plugins.filter(({ directory }) =>
    written.some(({ path }) => path.startsWith(directory === '' ? '' : `${directory}/`)),
  );
}

/** @throws CliError `E_INPUT_NEEDED` when none is named and none is here, `E_USAGE` when both ways are taken */
async function whichPlugins(
  folders: readonly string[],
  all: boolean,
  cwd: string,
): Promise<string[]> {
  if (all && folders.length > 0) {
    throw new CliError(
      'E_USAGE',
      'Give folders or --all, not both.',
      ownCommand(['update', '--all']),
    );
  }
  if (all) return allPlugins(cwd, realFileSystem);
  if (folders.length > 0) return [...new Set(folders.map((folder) => resolve(cwd, folder)))];
  const here = await findPlugin(cwd, PROVENANCE_FILE, realFileSystem);
  if (here !== undefined) return [here];
  throw new CliError(
    'E_INPUT_NEEDED',
    'No plugin is named, and there is none at or above this directory.',
    `${ownCommand(['update', '--all'])}\nOr name its folder: ${ownCommand(['update', '<dir>'])}`,
  );
}
