import { join } from 'node:path';
import { keyOf, types } from '../catalogue.ts';
import { CliError } from '../errors.ts';
import { pathIn } from '../place.ts';
import type { Plan } from '../plan.ts';
import { diffOf, fileList, filesResult } from '../report.ts';
import type { Result } from '../result.ts';
import { ownCommand, pathFrom } from '../shell.ts';
import type { Style } from '../style.ts';
import type { CommandOutcome } from '../command.ts';
import type { Examination } from './examine.ts';
import { levels } from './finding.ts';
import type { Finding, Level } from './finding.ts';

export interface DoctorReport {
  readonly examinations: readonly Examination[];
  /** What `--fix` did, or would do. */
  readonly plans: readonly Plan[];
  readonly dryRun: 'summary' | 'diff' | undefined;
  readonly cwd: string;
  /** The words of the command, without its flags. */
  readonly words: readonly string[];
}

/** A finding as it is shown. */
interface Told extends Omit<Finding, 'edits' | 'file'> {
  readonly plugin: string;
  /** Relative to the root. */
  readonly file: string | undefined;
  /** Absolute. */
  readonly path: string | undefined;
  readonly fixable: boolean;
}

export function doctorOutcome(report: DoctorReport, style: Style): CommandOutcome {
  const told = withoutRepetition(report.examinations.map((one) => tellAll(one, report.cwd)));
  const all = told.flat();
  const errors = count(all, 'error');
  const error = errors === 0 ? undefined : failure(report, all, errors);
  const { plans, dryRun } = report;
  const result: Result = {
    schemaVersion: 1,
    command: 'doctor',
    ok: error === undefined,
    exitCode: error?.exitCode ?? 0,
    dryRun: dryRun !== undefined,
    plugins: report.examinations.flatMap(describe),
    findings: all.map(({ plugin, rule, level, message, seen = [], file, line, fix, fixable }) => ({
      plugin,
      rule,
      level,
      message,
      ...(seen.length === 0 ? {} : { seen: [...seen] }),
      ...(file === undefined ? {} : { file }),
      ...(line === undefined ? {} : { line }),
      fix,
      fixable,
    })),
    ...(plans.length === 0
      ? {}
      : { files: plans.flatMap((plan) => filesResult(plan, dryRun === 'diff' ? 'all' : 'none')) }),
    ...(error === undefined
      ? {}
      : {
          error: {
            code: error.code,
            message: error.message,
            ...(error.fix === undefined ? {} : { fix: error.fix }),
          },
        }),
  };
  return { result, text: textOf(report, told, style) };
}

function describe({ subject, place, passedRules }: Examination): NonNullable<Result['plugins']> {
  if (subject === undefined) return [];
  const { manifest, loaded } = subject;
  const packageName = manifest.name ?? '';
  const keys = loaded?.plugin?.provides.map(({ key }) => key) ?? [];
  return [
    {
      name:
        loaded?.plugin?.name ??
        packageName.replace(/^(?:@[^/]+\/)?(?:vision-agents-)?(?:plugin-)?/, ''),
      packageName,
      types: types.filter((type) => keys.includes(keyOf(type))),
      directory: place.destination,
      root: place.workspace.root,
      ...(passedRules === undefined ? {} : { passedRules }),
    },
  ];
}

/** The findings of a plugin, the worst first. */
function tellAll({ findings, place, directory }: Examination, cwd: string): Told[] {
  const mend = ownCommand(['doctor', pathFrom(cwd, directory), '--fix']);
  const told = findings.map(({ edits, file, ...finding }): Told => {
    const fixable = edits !== undefined;
    return {
      ...finding,
      plugin: place.destination,
      file: file === undefined ? undefined : normal(pathIn(place.destination, file)),
      path: file === undefined ? undefined : join(directory, file),
      fix: fixable ? mend : finding.fix,
      fixable,
    };
  });
  return told.toSorted((a, b) => levels.indexOf(a.level) - levels.indexOf(b.level));
}

/** A path that leads out of the plugin and into its root again. */
function normal(path: string): string {
  return join('/', path).slice(1).replaceAll('\\', '/');
}

/** What is wrong with a workspace is told for the first of its plugins. */
function withoutRepetition(told: ReadonlyArray<readonly Told[]>): Told[][] {
  const seen = new Set<string>();
  return told.map((findings) =>
    findings.filter(({ rule, message }) => rule !== 'core-duplicated' || isNew(seen, message)),
  );
}

function isNew(seen: Set<string>, text: string): boolean {
  if (seen.has(text)) return false;
  seen.add(text);
  return true;
}

function count(told: readonly Told[], level: Level): number {
  return told.filter((finding) => finding.level === level).length;
}

function failure(
  { words, examinations }: DoctorReport,
  told: readonly Told[],
  errors: number,
): CliError {
  const plugins = new Set(
    told.filter(({ level }) => level === 'error').map(({ plugin }) => plugin),
  );
  const where = examinations.length === 1 ? '' : ` in ${amount(plugins.size, 'plugin')}`;
  const fixable = told.filter((finding) => finding.fixable).length;
  return new CliError(
    'E_FINDINGS',
    `${amount(errors, 'thing')} must be mended${where}.`,
    fixable === 0
      ? 'The step that mends each is given with it.'
      : `${ownCommand([...words, '--fix'])} mends ${fixable} of what was found.`,
  );
}

function textOf(
  { examinations, plans, dryRun, cwd }: DoctorReport,
  told: ReadonlyArray<readonly Told[]>,
  style: Style,
): string {
  if (examinations.length === 0) return 'There is no plugin to examine.\n';
  const changed = plans.flatMap((plan) => fileList(plan, style));
  if (dryRun === 'diff' && plans.length > 0)
    return plans.flatMap((plan) => plan.files.map(diffOf)).join('');
  const heading = dryRun === undefined ? 'Mended:' : 'Would be mended (nothing was written):';
  const mended = changed.length === 0 ? [] : [heading, ...changed, ''];
  const sections = examinations.map((one, index) => section(one, told[index] ?? [], cwd, style));
  return `${[...mended, ...sections].join('\n')}\n`;
}

function section(
  { subject, directory, passedRules }: Examination,
  told: readonly Told[],
  cwd: string,
  style: Style,
): string {
  const name = subject?.manifest.name ?? pathFrom(cwd, directory);
  const provided = subject?.loaded?.plugin?.provides.map(({ key }) => key).join(', ') ?? '';
  const contract =
    passedRules === undefined ? [] : [`${amount(passedRules, 'contract rule')} passed`];
  const counts = (['error', 'warning'] as const).flatMap((level) =>
    count(told, level) === 0 ? [] : [amount(count(told, level), level)],
  );
  const summary = [...(counts.length === 0 ? ['nothing is wrong'] : counts), ...contract].join(
    ', ',
  );
  const heading = `${style.bold(name)}${provided === '' ? '' : ` (${provided})`}: ${summary}`;
  const known = new Set<string>();
  const lines = told.flatMap(({ level, rule, message, seen = [], path, line, fix }) => {
    const place =
      path === undefined ? [] : [`${pathFrom(cwd, path)}${line === undefined ? '' : `:${line}`}`];
    const word = level === 'error' ? style.red(level) : level;
    const first = ['', word, ...place, style.dim(rule)].join('  ');
    // One mistake breaks many rules, and each says the same of it but for figures: it is shown with the first.
    const news = seen.filter((text) => isNew(known, text.replaceAll(/\d+/g, '')));
    return [
      first,
      `      ${message}`,
      ...news.map((text) => `        ${text}`),
      ...fix.split('\n').map((one) => `      → ${one}`),
    ];
  });
  return [heading, ...lines].join('\n');
}

function amount(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
