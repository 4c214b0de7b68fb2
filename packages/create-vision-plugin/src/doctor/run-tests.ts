import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';
import * as z from 'zod';
import { npmProgram } from '../npm.ts';
import { commonVariable } from './check-environment.ts';
import { callOf } from './check-tests.ts';
import { runChild, withoutNpm } from './child.ts';
import type { ChildRun } from './child.ts';
import type { Finding } from './finding.ts';
import { unlessMissing } from './installed.ts';
import { MANIFEST } from './plugin-manifest.ts';
import { commandIn, exists } from './subject.ts';
import type { Subject } from './subject.ts';

const RUN_TIMEOUT_MS = 600_000;
/** So many lines of what was seen are told of a failure. */
const MAX_SEEN = 6;

/** The report of Vitest's reporter `json`, as far as it is of use here. */
const reportSchema = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      message: z.optional(z.string()),
      assertionResults: z.array(
        z.object({
          ancestorTitles: z.array(z.string()),
          title: z.string(),
          fullName: z.string(),
          status: z.string(),
          failureMessages: z.optional(z.nullable(z.array(z.string()))),
          location: z.optional(z.nullable(z.object({ line: z.int() }))),
        }),
      ),
    }),
  ),
});
type TestReport = z.infer<typeof reportSchema>;
type TestResult = TestReport['testResults'][number]['assertionResults'][number];

/** What a plugin's own tests said. */
export interface TestRun {
  readonly findings: readonly Finding[];
  /** Rules of contracts that passed. */
  readonly passedRules: number;
}

/** Runs the plugin's test script, without the keys that would have it talk to the real service. */
export async function runTests(subject: Subject): Promise<TestRun> {
  const { manifest, directory, context } = subject;
  const script = manifest.scripts?.['test'];
  if (script === undefined) {
    return notRun(subject, 'package.json has no script "test".', 'warning');
  }
  const folder = await mkdtemp(join(tmpdir(), 'vision-plugin-tests-'));
  try {
    const output = join(folder, 'report.json');
    const isVitest = /\bvitest\b/.test(script);
    const { file, args, shell } = await testCommand(subject, isVitest ? output : undefined);
    const run = await runChild(file, args, {
      cwd: directory,
      env: withoutKeys(subject),
      signal: context.signal,
      timeoutMs: RUN_TIMEOUT_MS,
      shell,
    });
    const text = isVitest ? await unlessMissing(readFile(output, 'utf8')) : undefined;
    return text === undefined
      ? untold(subject, run)
      : judge(subject, reportSchema.parse(JSON.parse(text)), run);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The test script by the plugin's package manager; Vitest writes its report to a file beside what it prints. */
async function testCommand(
  subject: Subject,
  output: string | undefined,
): Promise<{ file: string; args: string[]; shell: boolean }> {
  const { directory, place, context } = subject;
  const options =
    output === undefined
      ? []
      : ['--reporter=json', `--outputFile=${output}`, '--includeTaskLocation'];
  for (const folder of [directory, place.workspace.root]) {
    for (const [lock, manager] of [
      ['pnpm-lock.yaml', 'pnpm'],
      ['yarn.lock', 'yarn'],
    ] as const) {
      if (await exists(join(folder, lock), context.fs))
        return { file: manager, args: ['test', ...options], shell: process.platform === 'win32' };
    }
  }
  const { file, before, shell } = npmProgram(context.env);
  return { file, args: [...before, 'test', '--silent', '--', ...options], shell };
}

function withoutKeys({ context, loaded, code }: Subject): NodeJS.ProcessEnv {
  const declared = (loaded?.plugin?.provides ?? []).flatMap(({ variables }) => variables);
  const read = code.flatMap(({ facts }) => (facts?.variables ?? []).map(({ what }) => what));
  const keys = [...declared, ...read.filter((name) => !commonVariable.test(name))];
  return Object.fromEntries(
    Object.entries(withoutNpm(context.env)).filter(
      ([name]) => !keys.includes(name) && !/^(?:VITEST|NODE_V8_COVERAGE)/.test(name),
    ),
  );
}

function judge(subject: Subject, { testResults }: TestReport, run: ChildRun): TestRun {
  const findings: Finding[] = [];
  let passedRules = 0;
  for (const { name, status, message, assertionResults } of testResults) {
    const file = relative(subject.directory, name).split(sep).join('/');
    for (const result of assertionResults) {
      const rule = ruleOf(result);
      if (rule !== undefined && result.status === 'passed') passedRules++;
      if (result.status === 'failed') findings.push(failed(subject, result, file));
    }
    if (status === 'failed' && !assertionResults.some((result) => result.status === 'failed')) {
      findings.push({
        rule: 'test-failed',
        level: 'error',
        message: `It cannot be run: ${firstLine(message ?? '')}`,
        file,
        fix: testAgain(subject, file),
      });
    }
  }
  if (findings.length === 0 && run.exitCode !== 0) return untold(subject, run);
  return { findings, passedRules };
}

/** A rule of a contract, as the testkit names its tests: `says goodbye (farewell)` in `STT contract`. */
function ruleOf({ ancestorTitles, title }: TestResult): string | undefined {
  const isContract = ancestorTitles.some((ancestor) => ancestor.endsWith(' contract'));
  return isContract ? /\(([a-z0-9-]+)\)$/.exec(title)?.[1] : undefined;
}

function failed(subject: Subject, result: TestResult, file: string): Finding {
  const failure = result.failureMessages?.[0] ?? '';
  const reason = firstLine(failure).replace(/^Error: /, '');
  const rule = ruleOf(result);
  if (rule === undefined) {
    return {
      rule: 'test-failed',
      level: 'error',
      message: `${result.fullName.trim()}: ${reason}`,
      file,
      line: result.location?.line,
      fix: testAgain(subject, file, result.title),
    };
  }
  const contract = result.ancestorTitles.find((title) => title.endsWith(' contract')) ?? '';
  const call = callOf(subject, `describe${contract.replace(/ contract$/, '')}`);
  return {
    rule: 'contract-failed',
    level: 'error',
    message: `${contract}, ${result.title}: ${reason}`,
    seen: seenIn(failure),
    file,
    line: call?.file === file ? call.line : undefined,
    fix: testAgain(subject, file, `(${rule})`),
  };
}

/** Only that test again. */
function testAgain(subject: Subject, file: string, title?: string): string {
  const pattern = title?.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  return commandIn(subject, [
    'npx',
    'vitest',
    'run',
    file,
    ...(pattern === undefined ? [] : ['-t', pattern]),
  ]);
}

/** Tests without a report: the exit code and the last lines are all there is. */
function untold(subject: Subject, run: ChildRun): TestRun {
  if (run.exitCode === 0) return { findings: [], passedRules: 0 };
  const printed = `${run.stdout}\n${run.stderr}`
    .trim()
    .split('\n')
    .filter((line) => line.trim() !== '');
  const end = run.timedOut
    ? `they did not end within ${RUN_TIMEOUT_MS / 60_000} minutes`
    : (run.problem ?? firstLine(printed.at(-1) ?? `they ended with ${run.exitCode ?? 'a signal'}`));
  return {
    findings: [
      {
        rule: 'test-failed',
        level: 'error',
        message: `The tests fail: ${end}`,
        file: MANIFEST,
        fix: commandIn(subject, ['npm', 'test']),
      },
    ],
    passedRules: 0,
  };
}

function notRun(subject: Subject, message: string, level: Finding['level']): TestRun {
  const fix = commandIn(subject, ['npm', 'pkg', 'set', 'scripts.test=vitest run']);
  return {
    findings: [{ rule: 'tests-not-run', level, message, file: MANIFEST, fix }],
    passedRules: 0,
  };
}

/** What the testkit says below the first line of a failure: errors that were told, what the fake refused. */
function seenIn(failure: string): string[] {
  const [, ...lines] = plain(failure).split('\n');
  return lines
    .filter((line) => /^ {2}\S/.test(line))
    .slice(0, MAX_SEEN)
    .map((line) => line.trim().slice(0, 300));
}

function firstLine(text: string): string {
  return (plain(text).split('\n')[0] ?? '').slice(0, 300);
}

function plain(text: string): string {
  // oxlint-disable-next-line no-control-regex -- colours of a terminal
  return text.replaceAll(/\u001B\[[\d;]*m/g, '').trim();
}
