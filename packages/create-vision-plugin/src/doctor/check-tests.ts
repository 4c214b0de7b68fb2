import { join } from 'node:path';
import { catalogue, keyOf, types } from '../catalogue.ts';
import { TESTKIT } from '../ranges.ts';
import type { Finding } from './finding.ts';
import { installedFor, unlessMissing } from './installed.ts';
import type { Subject } from './subject.ts';

/** Whether the contract of each type that the plugin provides is among its tests. */
export async function checkTests(subject: Subject): Promise<Finding[]> {
  const provided = (subject.loaded?.plugin?.provides ?? []).map(({ key }) => key);
  const suites = await suitesOf(subject);
  return types.flatMap((type): Finding[] => {
    if (!provided.includes(keyOf(type))) return [];
    const { className, baseClass } = catalogue[type];
    const names = [`describe${className}`, `describe${baseClass}`];
    const suite = names.find((name) => suites.has(name));
    if (suite === undefined || callOf(subject, suite) !== undefined) return [];
    return [
      {
        rule: 'contract-untested',
        level: 'warning',
        message: `No test runs the contract of ${type}, which every plugin of the type keeps to.`,
        fix: `Call ${suite}({ create, provider }) of ${TESTKIT} in a test.`,
      },
    ];
  });
}

/** The test that calls a suite, and the line. */
export function callOf(
  { code }: Subject,
  suite: string,
): { readonly file: string; readonly line: number } | undefined {
  for (const { path, kind, facts } of code) {
    const call = kind === 'test' && facts?.calls.find(({ what }) => what === suite);
    if (call) return { file: path, line: call.line };
  }
  return undefined;
}

/** The suites that the testkit of this plugin has. */
async function suitesOf({ directory, context }: Subject): Promise<ReadonlySet<string>> {
  const { fs } = context;
  const testkit = await installedFor(directory, TESTKIT, fs);
  if (testkit === undefined) return new Set();
  const dist = join(testkit.path, 'dist');
  const entries = (await unlessMissing(fs.readdir(dist, { recursive: true }))) ?? [];
  const declarations = entries.filter((path) => /describe-[\w-]+\.d\.ts$/.test(path));
  const texts = await Promise.all(
    declarations.map((path) => fs.readFile(join(dist, path), 'utf8')),
  );
  return new Set(
    texts.flatMap((text) =>
      [...text.matchAll(/\bfunction (describe\w+)/g)].map(([, name = '']) => name),
    ),
  );
}
