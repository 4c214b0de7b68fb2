import { join } from 'node:path';
import type { Finding } from './finding.ts';
import { typesOf } from './package-exports.ts';
import type { ExportTarget } from './package-exports.ts';
import { lineOf, MANIFEST } from './plugin-manifest.ts';
import { commandIn, exists } from './subject.ts';
import type { Subject } from './subject.ts';

/** Whether what the package exports is there. */
export async function checkExports(subject: Subject): Promise<Finding[]> {
  const { directory, manifest, manifestText, targets, entry, context } = subject;
  if (entry === undefined) {
    return [
      {
        rule: 'exports-missing',
        level: 'error',
        message: '"exports" names no file for ".", so the package cannot be imported.',
        file: MANIFEST,
        line: lineOf(manifestText, '/exports') ?? 1,
        fix: commandIn(subject, ['npm', 'pkg', 'set', 'exports[.].default=./dist/index.js']),
      },
    ];
  }
  const plain = targets.filter(({ path }) => !path.includes('*'));
  const isThere = await Promise.all(
    plain.map(({ path }) => exists(join(directory, path), context.fs)),
  );
  const missing = plain.filter((_, index) => isThere[index] === false);
  const findings = groupByFile(missing.filter((target) => !isDeclaration(target))).map(
    (target): Finding => ({
      rule: 'exports-unresolved',
      level: 'error',
      message: `"exports" names ./${target.path}, which is not there.`,
      ...placeOf(target, manifestText),
      fix: toBuild(subject),
    }),
  );
  findings.push(...(await checkTypes(subject, missing.filter(isDeclaration))));
  if (manifest.exports !== undefined && !targets.some(({ path }) => path === MANIFEST)) {
    const hasSubpaths = targets.some(({ pointer }) => pointer.startsWith('/exports/.'));
    findings.push({
      rule: 'manifest-not-exported',
      level: 'warning',
      message: '"exports" hides ./package.json, which tools read to find plugins and versions.',
      file: MANIFEST,
      line: lineOf(manifestText, '/exports'),
      fix: 'Add "./package.json": "./package.json" to "exports".',
      edits: hasSubpaths
        ? [{ pointer: '/exports/.~1package.json', value: './package.json' }]
        : undefined,
    });
  }
  return findings;
}

async function checkTypes(subject: Subject, missing: readonly ExportTarget[]): Promise<Finding[]> {
  const { directory, manifestText, targets, isBuilt, context } = subject;
  const types = typesOf(targets);
  const isThere = types !== undefined && (await exists(join(directory, types.path), context.fs));
  const main = isThere || types === undefined ? [] : [types];
  // What is not built at all is told once.
  const unresolved = isBuilt ? groupByFile([...main, ...missing]) : [];
  return unresolved.map((target): Finding => ({
    rule: 'types-unresolved',
    level: 'error',
    message: `The types of "${target.subpath}" are to be in ./${target.path}, which is not there.`,
    ...placeOf(target, manifestText),
    fix: toBuild(subject),
  }));
}

function groupByFile(targets: readonly ExportTarget[]): ExportTarget[] {
  return [...new Map(targets.map((target) => [target.path, target])).values()];
}

function placeOf({ pointer }: ExportTarget, text: string): Pick<Finding, 'file' | 'line'> {
  return { file: MANIFEST, line: lineOf(text, pointer) };
}

function isDeclaration({ path }: ExportTarget): boolean {
  return /\.d\.[cm]?ts$/.test(path);
}

function toBuild(subject: Subject): string {
  const { scripts } = subject.manifest;
  return scripts?.['build'] === undefined
    ? 'Make the file, or correct "exports". There is no script "build" that could make it.'
    : commandIn(subject, ['npm', 'run', 'build']);
}
