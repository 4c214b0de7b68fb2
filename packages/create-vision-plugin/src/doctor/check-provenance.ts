import { CliError } from '../errors.ts';
import { prepare } from '../engine.ts';
import { PROVENANCE_FILE } from '../ownership.ts';
import { readProvenance } from '../provenance.ts';
import type { PlannedFile } from '../plan.ts';
import { ownCommand, pathFrom } from '../shell.ts';
import { updateJob } from '../update-job.ts';
import type { Finding } from './finding.ts';
import type { Subject } from './subject.ts';

/** What `update --check` would say. */
export async function checkProvenance({ directory, place, context }: Subject): Promise<Finding[]> {
  const { fs, release, cwd, signal } = context;
  const update = ownCommand(['update', pathFrom(cwd, directory)]);
  try {
    if ((await readProvenance(directory, fs)) === undefined) {
      return [
        {
          rule: 'provenance-missing',
          level: 'info',
          message: 'It was not made by create-vision-plugin, so update does nothing for it.',
          fix: 'Nothing is needed: it is yours as it is.',
        },
      ];
    }
    const job = updateJob({ directories: [directory], onConflict: 'fail' });
    const { plan } = await prepare(job, { release, cwd, fs, signal, dryRun: true });
    const prefix = place.destination === '' ? '' : `${place.destination}/`;
    return plan.files
      .filter(({ path, action }) => path !== `${prefix}${PROVENANCE_FILE}` && drifts.has(action))
      .map(({ path, action }): Finding => ({
        rule: 'drift',
        level: 'error',
        message: drifts.get(action) ?? '',
        file: path.slice(prefix.length),
        fix: update,
      }));
  } catch (error) {
    if (!(error instanceof CliError) || signal.aborted) throw error;
    return [
      {
        rule: 'provenance-invalid',
        level: 'error',
        message: `What it was made from is not known: ${error.message}`,
        file: PROVENANCE_FILE,
        fix: error.fix ?? update,
      },
    ];
  }
}

const drifts: ReadonlyMap<PlannedFile['action'], string> = new Map([
  ['create', 'This version makes a file that is not there.'],
  ['update', 'It belongs to create-vision-plugin, and is not as this version makes it.'],
  [
    'conflict',
    'You and this version changed the same: update shows both sides, and writes nothing.',
  ],
]);
