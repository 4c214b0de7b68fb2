import { join } from 'node:path';
import { unifiedDiff } from './diff.ts';
import type { Answers } from './answers.ts';
import type { Planned, PlannedPlugin } from './job.ts';
import { hasWork } from './plan.ts';
import type { Plan, PlannedFile } from './plan.ts';
import type { Result } from './result.ts';
import { commandLine, pathFrom } from './shell.ts';
import type { Style } from './style.ts';

export interface CreationReport {
  readonly prepared: Planned;
  readonly dryRun: 'summary' | 'diff' | undefined;
  readonly cwd: string;
  readonly install: 'not-run' | 'done' | 'failed';
}

/** The commands to run next, from where the user is. */
function nextCommands({ prepared, cwd, install }: CreationReport): string[] {
  const { packageName, standalone } = answersOf(prepared);
  const of = standalone === true ? '' : ` -w ${packageName}`;
  const hasConversation = prepared.plan.files.some(({ path }) =>
    path.endsWith('/example/converse.ts'),
  );
  return [
    ...goTo(installFolder(prepared), cwd),
    ...(install === 'done' ? [] : ['npm install']),
    `npm test${of}`,
    `npm run example${of}`,
    ...(hasConversation ? [`npm run example:converse${of}`] : []),
  ];
}

/** The install on its own, from where the user is. */
export function installCommand({ prepared, cwd }: CreationReport): string {
  return [...goTo(installFolder(prepared), cwd), 'npm install'].join(' && ');
}

/** Where npm is run: at the root of the workspace, or in the plugin that has none. */
export function installFolder(prepared: Planned): string {
  const { root, destination } = prepared.plan;
  return answersOf(prepared).standalone === true ? join(root, destination) : root;
}

function answersOf({ plugins: [plugin] }: Planned): Answers {
  if (plugin === undefined) throw new Error('No plugin was planned.');
  return plugin.answers;
}

function goTo(folder: string, cwd: string): string[] {
  return cwd === folder ? [] : [commandLine(['cd', pathFrom(cwd, folder)])];
}

export function pluginsResult({ plan, plugins }: Planned): NonNullable<Result['plugins']> {
  return plugins.map((plugin) => pluginResult(plugin, plan.root));
}

function pluginResult(
  { answers, directory }: PlannedPlugin,
  root: string,
): NonNullable<Result['plugin']> {
  const { name, packageName, types } = answers;
  return { name, packageName, types, directory, root };
}

/** @param diffs which files come with their diff */
export function filesResult(
  { files }: Plan,
  diffs: 'all' | 'conflicts' | 'none',
): NonNullable<Result['files']> {
  return files.map((file) => ({
    path: file.path,
    action: file.action,
    ...(file.sha256 === '' ? {} : { sha256: file.sha256 }),
    bytes: file.bytes,
    ...(file.reason === undefined ? {} : { reason: file.reason }),
    ...(file.kept === undefined ? {} : { kept: [...file.kept] }),
    ...(diffs === 'all' || (diffs === 'conflicts' && file.action === 'conflict')
      ? { diff: diffOf(file) }
      : {}),
  }));
}

export function creationResult(report: CreationReport): Result {
  const { plan, plugins, warnings } = report.prepared;
  return {
    schemaVersion: 1,
    command: 'create',
    ok: true,
    exitCode: 0,
    dryRun: report.dryRun !== undefined,
    ...(plugins[0] === undefined ? {} : { plugin: pluginResult(plugins[0], plan.root) }),
    files: filesResult(plan, report.dryRun === 'diff' ? 'all' : 'none'),
    next: nextCommands(report),
    ...(warnings.length === 0 ? {} : { warnings: [...warnings] }),
  };
}

export function creationText(report: CreationReport, style: Style): string {
  const { plan } = report.prepared;
  const { packageName } = answersOf(report.prepared);
  const place = `${style.bold(packageName)} in ${plan.destination || plan.root}`;
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

/** What happens to each file that something happens to, and what of the user's stays. */
export function fileList({ files, destination }: Plan, style: Style): string[] {
  const rows = files.flatMap((file) => {
    const path = shownPath(file.path, destination);
    const kept = file.kept ?? [];
    const what = file.action === 'skip' ? `${file.reason ?? ''} by you: stays` : wordOf(file);
    const row = file.action === 'unchanged' ? [] : [[path, what]];
    return [...row, ...kept.map((pointer) => [path, `${pointer} stays as you have it`])];
  });
  const width = Math.max(0, ...rows.map(([path = '']) => path.length));
  return rows.map(([path = '', what = '']) => `  ${path.padEnd(width)}  ${style.dim(what)}`);
}

function wordOf({ action }: PlannedFile): string {
  return action === 'create' ? 'new' : action;
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

export function diffOf(file: PlannedFile): string {
  return file.action !== 'unchanged' && file.action !== 'skip'
    ? unifiedDiff(file.path, file.before, file.content)
    : '';
}
