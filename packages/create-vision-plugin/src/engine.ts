import { join } from 'node:path';
import type { Answers } from './answers.ts';
import { changesetFor, FIRST_VERSION, UNRELEASED, usesChangesets } from './changeset.ts';
import type { TemplateContext } from './context.ts';
import { chooseDestination, requireCovered } from './destination.ts';
import { CliError } from './errors.ts';
import { realFileSystem } from './fs-port.ts';
import type { FileSystem } from './fs-port.ts';
import { acquireLock, findInterrupted, recoverInterrupted, releaseLock } from './lock.ts';
import { describePlugin } from './names.ts';
import { meaningOf, ownershipOf, PROVENANCE_FILE } from './ownership.ts';
import { partsOf, selectFolders, togetherOf } from './parts.ts';
import { planCreation, planKept } from './plan.ts';
import type { Plan, WantedFile } from './plan.ts';
import { preflight } from './preflight.ts';
import { isAsMade, readProvenance, writeProvenance } from './provenance.ts';
import type { Provenance } from './provenance.ts';
import { chooseRanges } from './ranges.ts';
import type { Release } from './release.ts';
import { contradictions, settle } from './settle.ts';
import type { CompleteAnswers } from './settle.ts';
import { commandLine, pathFrom } from './shell.ts';
import { commitPlan } from './transaction.ts';
import { repositoryOf } from './manifest.ts';
import { findWorkspace, hasTool, workspaceLicence } from './workspace.ts';
import type { Workspace } from './workspace.ts';

export type Phase =
  | 'resolve'
  | 'render'
  | 'plan'
  | 'preflight'
  | 'lock'
  | 'stage'
  | 'commit'
  | 'done';

export interface EngineOptions {
  readonly release: Release;
  /** Where the command was given. */
  readonly cwd: string;
  readonly fs?: FileSystem | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Awaited at the start of each phase, and before each file within `stage` and each step within `commit`. */
  readonly onPhase?: ((phase: Phase) => void | Promise<void>) | undefined;
}

/** A plan that passed preflight, with what it was made from. */
export interface Prepared {
  readonly answers: Answers;
  readonly plan: Plan;
  readonly warnings: readonly string[];
}

/**
 * Resolves the workspace, renders, plans and checks. Writes nothing, but for rolling back a run that was killed;
 * with `dryRun` not even that.
 *
 * @throws CliError
 */
export async function prepare(
  given: CompleteAnswers,
  options: EngineOptions & { dryRun: boolean },
): Promise<Prepared> {
  const { fs = realFileSystem } = options;
  await enter('resolve', options);
  const workspace = await findWorkspace(options.cwd, fs);
  const warnings: string[] = [];
  if (!options.dryRun) {
    await recoverInterrupted(workspace.root, fs);
  } else if ((await findInterrupted(workspace.root, fs)).length > 0) {
    warnings.push(
      'A run that was killed left files behind; the next run without --dry-run takes them back.',
    );
  }
  return { ...(await plan(given, workspace.root, options)), warnings };
}

/**
 * Carries the creation out. The plan is made again under the lock, so that two runs at once never interleave.
 *
 * @throws CliError when nothing was written, or all of it was taken back
 */
export async function commit(
  given: CompleteAnswers,
  root: string,
  options: EngineOptions,
): Promise<Prepared> {
  const { fs = realFileSystem, signal = new AbortController().signal } = options;
  await enter('lock', options);
  const lock = await acquireLock(root, fs, signal).catch((error: unknown) => {
    throw error instanceof CliError
      ? error
      : new CliError(
          'E_IO',
          `${String(error)}. Nothing was written.`,
          'Remove the cause, then run the command again.',
          { cause: error },
        );
  });
  let prepared: Omit<Prepared, 'warnings'>;
  try {
    prepared = await plan(given, root, options);
  } catch (error) {
    await releaseLock(lock, fs);
    throw error;
  }
  await commitPlan(prepared.plan, lock, { fs, signal, onStep: (phase) => enter(phase, options) });
  await options.onPhase?.('done');
  return { ...prepared, warnings: [] };
}

async function enter(phase: Phase, options: EngineOptions): Promise<void> {
  await options.onPhase?.(phase);
  options.signal?.throwIfAborted();
}

async function plan(
  given: CompleteAnswers,
  start: string,
  options: EngineOptions,
): Promise<Omit<Prepared, 'warnings'>> {
  const { fs = realFileSystem, release } = options;
  const workspace = await findWorkspace(start, fs);
  const destination = chooseDestination(workspace, given.name.slug, given.dir, options.cwd);
  requireCovered(workspace, destination, given.name.slug, options.cwd);
  const settled = settle(given, workspace, destination);
  const recorded = await readProvenance(join(workspace.root, destination), fs);
  if (recorded !== undefined) {
    await enter('plan', options);
    return keep(given, settled, recorded, workspace, destination, options);
  }
  await enter('render', options);
  const wanted = await renderAll(settled, workspace, destination, release, fs);
  await enter('plan', options);
  const files = await Promise.all(wanted.map((file) => planCreation(workspace.root, file, fs)));
  const made: Plan = { root: workspace.root, destination, files };
  await enter('preflight', options);
  await preflight(made, workspace, settled.packageName, fs);
  return { answers: settled, plan: made };
}

async function renderAll(
  answers: Answers,
  workspace: Workspace,
  destination: string,
  release: Release,
  fs: FileSystem,
): Promise<WantedFile[]> {
  const { generate } = await import('./generators.ts');
  const licence = await workspaceLicence(workspace.root, fs);
  const hasChangesets = await usesChangesets(workspace.root, fs);
  const context = {
    ...contextFor(answers, workspace, destination, release),
    version: hasChangesets ? UNRELEASED : FIRST_VERSION,
  };
  const rendered = [
    ...(await generate(release, selectFolders(context), context)).files,
    ...(licence === undefined ? [] : [{ path: 'LICENSE', content: licence }]),
  ];
  const files = rendered.map((file) => ({ ...file, ownership: ownershipOf(file.path) }));
  const source = { version: release.version, templates: release.templatesHash };
  const provenance = { path: PROVENANCE_FILE, content: writeProvenance(source, answers, files) };
  const inPlugin = [...rendered, provenance]
    .toSorted((a, b) => (a.path < b.path ? -1 : 1))
    .map(({ path, content }) => ({
      path: `${destination}/${path}`,
      content,
      meaning: meaningOf(path),
    }));
  if (!hasChangesets) return inPlugin;
  return [...inPlugin, { ...changesetFor(answers), meaning: 'the changeset that releases it' }];
}

function contextFor(
  answers: Answers,
  workspace: Workspace,
  destination: string,
  release: Release,
): Omit<TemplateContext, 'version'> {
  const { name, displayName, classPrefix, envPrefix, packageName, types } = answers;
  return {
    name,
    displayName,
    classPrefix,
    envPrefix,
    packageName,
    scope: /^@([^/]+)\//.exec(packageName)?.[1] ?? '',
    ...togetherOf(answers, partsOf(answers)),
    description: describePlugin(displayName, types),
    license: workspace.manifest.license ?? 'Apache-2.0',
    repository: repositoryOf(workspace.manifest) ?? '',
    directory: destination,
    standalone: false,
    has: {
      linter: hasTool(workspace, 'oxlint') && hasTool(workspace, 'oxlint-tsgolint'),
      formatter: hasTool(workspace, 'oxfmt'),
    },
    ranges: chooseRanges(workspace, release.ranges, destination),
    cliVersion: release.version,
  };
}

/** The plugin is there: the same answers leave it as it is, others are refused. */
async function keep(
  given: CompleteAnswers,
  settled: Answers,
  recorded: Provenance,
  workspace: Workspace,
  destination: string,
  { cwd, fs = realFileSystem }: EngineOptions,
): Promise<Omit<Prepared, 'warnings'>> {
  const { answers } = recorded;
  const label = `${destination} exists (plugin "${answers.name}", ${answers.types.join(', ')}, made by ${recorded.version})`;
  const added =
    answers.name === settled.name
      ? settled.types.filter((type) => !answers.types.includes(type))
      : [];
  if (added.length > 0) {
    const add = commandLine([
      'npx',
      'create-vision-plugin',
      'add',
      added.join(','),
      '--to',
      pathFrom(cwd, join(workspace.root, destination)),
    ]);
    throw new CliError('E_EXISTS', `${label}.`, `To add ${added.join(' and ')} to it: ${add}`);
  }
  const differences = contradictions(given, settled, answers);
  if (differences.length > 0) {
    throw new CliError(
      'E_EXISTS',
      `${label} with other answers: ${differences.join('; ')}.`,
      'Choose another name, or another folder with --dir.',
    );
  }
  const paths = [...Object.keys(recorded.files), PROVENANCE_FILE].toSorted();
  const files = await Promise.all(
    paths.map((path) => {
      const record = recorded.files[path];
      const kept = {
        path: `${destination}/${path}`,
        meaning: meaningOf(path),
        isAsMade: (content: string) => record === undefined || isAsMade(content, record),
      };
      return planKept(workspace.root, kept, fs);
    }),
  );
  return { answers, plan: { root: workspace.root, destination, files } };
}
