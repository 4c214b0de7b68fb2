import { unifiedDiff } from './diff.ts';
import type { Prepared } from './engine.ts';
import { hasWork } from './plan.ts';
import type { Plan, PlannedFile } from './plan.ts';
import type { Result } from './result.ts';
import { commandLine, pathFrom } from './shell.ts';
import type { Style } from './style.ts';

export interface CreationReport {
  readonly prepared: Prepared;
  readonly dryRun: 'summary' | 'diff' | undefined;
  readonly cwd: string;
  readonly install: 'not-run' | 'done' | 'failed';
}

/** The commands to run next, from where the user is. */
export function nextCommands({ prepared, cwd, install }: CreationReport): string[] {
  const { packageName } = prepared.answers;
  return [
    ...goToRoot(prepared.plan.root, cwd),
    ...(install === 'done' ? [] : ['npm install']),
    `npm test -w ${packageName}`,
    `npm run example -w ${packageName}`,
  ];
}

/** The install on its own, from where the user is. */
export function installCommand({ prepared, cwd }: CreationReport): string {
  return [...goToRoot(prepared.plan.root, cwd), 'npm install'].join(' && ');
}

function goToRoot(root: string, cwd: string): string[] {
  return cwd === root ? [] : [commandLine(['cd', pathFrom(cwd, root)])];
}

export function creationResult(report: CreationReport): Result {
  const { answers, plan, warnings } = report.prepared;
  return {
    schemaVersion: 1,
    command: 'create',
    ok: true,
    exitCode: 0,
    dryRun: report.dryRun !== undefined,
    plugin: {
      name: answers.name,
      packageName: answers.packageName,
      types: answers.types,
      directory: plan.destination,
    },
    files: plan.files.map((file) => ({
      path: file.path,
      action: file.action,
      ...(file.sha256 === '' ? {} : { sha256: file.sha256 }),
      bytes: file.bytes,
      ...(file.reason === undefined ? {} : { reason: file.reason }),
      ...(report.dryRun === 'diff' ? { diff: diffOf(file) } : {}),
    })),
    next: nextCommands(report),
    ...(warnings.length === 0 ? {} : { warnings: [...warnings] }),
  };
}

export function creationText(report: CreationReport, style: Style): string {
  const { answers, plan } = report.prepared;
  const place = `${style.bold(answers.packageName)} in ${plan.destination}`;
  if (!hasWork(plan)) {
    return `Unchanged: ${place} was made with the same answers.${differences(plan)}\n`;
  }
  if (report.dryRun === 'diff') return plan.files.map(diffOf).join('');
  const heading = report.dryRun === undefined ? `Created ${place}` : `Would create ${place}`;
  const sections = [heading, '', ...fileLines(plan.files, plan.destination, style)];
  if (report.dryRun !== undefined)
    return `${[...sections, '', 'Nothing was written.'].join('\n')}\n`;
  // The error that follows says what to do.
  if (report.install === 'failed') return `${sections.join('\n')}\n`;
  const next = nextCommands(report).map((command) => `  ${style.bold(command)}`);
  return `${[...sections, '', 'Next:', ...next].join('\n')}\n`;
}

function differences({ files, destination }: Plan): string {
  const differing = files.flatMap(({ path, reason }) =>
    reason === undefined ? [] : [`${shownPath(path, destination)} (${reason})`],
  );
  if (differing.length === 0) return '';
  const count = differing.length === 1 ? '1 file differs' : `${differing.length} files differ`;
  return ` ${count} from what was made: ${differing.join(', ')}`;
}

/** Files of the plugin are shown relative to it. */
function shownPath(path: string, destination: string): string {
  return path.startsWith(`${destination}/`) ? path.slice(destination.length + 1) : path;
}

/** Each file with what it is for. */
function fileLines(files: readonly PlannedFile[], destination: string, style: Style): string[] {
  const shown = files.map(({ path, meaning }) => ({
    path: shownPath(path, destination),
    meaning,
  }));
  const width = Math.max(...shown.map(({ path }) => path.length));
  return shown.map(({ path, meaning }) =>
    `  ${path.padEnd(width)}  ${style.dim(meaning)}`.trimEnd(),
  );
}

function diffOf(file: PlannedFile): string {
  return file.action === 'create' || file.action === 'update'
    ? unifiedDiff(file.path, file.before, file.content)
    : '';
}
