import { join } from 'node:path';
import { readText } from '../plan.ts';

import type { Place } from '../place.ts';
import { checkDependencies } from './check-dependencies.ts';
import { checkEnvironment } from './check-environment.ts';
import { checkExports } from './check-exports.ts';
import { checkLoaded } from './check-loaded.ts';
import { checkManifest } from './check-manifest.ts';
import { checkPacked } from './check-packed.ts';
import { checkProvenance } from './check-provenance.ts';
import { checkScripts } from './check-scripts.ts';
import { checkSource } from './check-source.ts';
import { checkTests } from './check-tests.ts';
import { checkWorkspace } from './check-workspace.ts';
import type { Finding } from './finding.ts';
import { MANIFEST, parsePluginManifest } from './plugin-manifest.ts';
import { runTests } from './run-tests.ts';
import { examineSubject } from './subject.ts';
import type { DoctorContext, Subject } from './subject.ts';

const checks: ReadonlyArray<(subject: Subject) => Finding[] | Promise<Finding[]>> = [
  checkManifest,
  checkScripts,
  checkExports,
  checkDependencies,
  checkWorkspace,
  checkLoaded,
  checkSource,
  checkEnvironment,
  checkTests,
  checkPacked,
  checkProvenance,
];

/** A plugin with all that was found in it. */
export interface Examination {
  readonly directory: string;
  /** Undefined where its manifest cannot be read. */
  readonly subject: Subject | undefined;
  readonly place: Place;
  readonly findings: readonly Finding[];
  /** With `--run`: rules of contracts that passed. */
  readonly passedRules: number | undefined;
}

/**
 * Examines one plugin. Nothing is written, and nothing of it runs but what importing it runs.
 *
 * @param run whether its tests run as well
 */
export async function examine(
  directory: string,
  run: boolean,
  context: DoctorContext,
): Promise<Examination> {
  const text = await readText(join(directory, MANIFEST), context.fs);
  const manifest = parsePluginManifest(text ?? '');
  if ('rule' in manifest) {
    const workspace = { root: directory, manifest: {}, patterns: [], packages: [] };
    const place = { workspace, destination: '', standalone: true };
    return { directory, subject: undefined, place, findings: [manifest], passedRules: undefined };
  }
  const subject = await examineSubject(directory, manifest, text ?? '', context);
  const findings: Finding[] = [];
  for (const check of checks) {
    context.signal.throwIfAborted();
    findings.push(...(await check(subject)));
  }
  const tests = run ? await runTests(subject) : undefined;
  findings.push(...(tests?.findings ?? []));
  return {
    directory,
    subject,
    place: subject.place,
    findings: withoutConsequences(findings, subject),
    passedRules: tests?.passedRules,
  };
}

/** What is not installed or not built cannot be imported either: that is told once. */
function withoutConsequences(findings: readonly Finding[], { isBuilt }: Subject): Finding[] {
  const isExplained = !isBuilt || findings.some(({ rule }) => rule === 'not-installed');
  return isExplained ? findings.filter(({ rule }) => rule !== 'load-failed') : [...findings];
}
