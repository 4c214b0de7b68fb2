import * as z from 'zod';
import { npmProgram } from '../npm.ts';
import { PROVENANCE_FILE } from '../ownership.ts';
import { runChild, withoutNpm } from './child.ts';
import type { Edit, Finding } from './finding.ts';
import { lineOf, MANIFEST } from './plugin-manifest.ts';
import { commandIn } from './subject.ts';
import type { Subject } from './subject.ts';

const PACK_TIMEOUT_MS = 60_000;

const packedSchema = z.array(z.object({ files: z.array(z.object({ path: z.string() })) }));

/** Names of files that hold secrets. */
const secret =
  /(?:^|\/)(?:\.env(?:\.(?!example$|sample$|template$)[^/]+)?|\.npmrc|\.netrc|id_(?:rsa|ed25519|ecdsa)|credentials(?:\.json)?|service-account[^/]*\.json|[^/]+\.(?:pem|key|p12|pfx))$/i;
/** What is for those who work on the plugin, and not for those who use it. */
const needless =
  /(?:^|\/)(?:tests?|__tests__|examples?|fixtures|coverage|\.github|\.vscode)\/|\.(?:test|spec)\.(?:d\.)?[cm]?[jt]s$|(?:^|\/)(?:\.env\.example|tsconfig[^/]*\.json|[^/]+\.config\.[cm]?[jt]s|[^/]+\.tsbuildinfo)$/;

/** What `npm pack` would publish: no secret, nothing needless, and what `exports` names. */
export async function checkPacked(subject: Subject): Promise<Finding[]> {
  // Without a name npm packs nothing, and that is told already.
  if ((subject.manifest.name ?? '') === '') return [];
  const packed = await packedFiles(subject);
  if (typeof packed === 'string') {
    return [
      {
        rule: 'not-packable',
        level: 'warning',
        message: `What would be published is not known: ${packed}.`,
        file: MANIFEST,
        fix: commandIn(subject, ['npm', 'pack', '--dry-run']),
      },
    ];
  }
  const { manifest, manifestText, isBuilt, entry } = subject;
  const files = { file: MANIFEST, line: lineOf(manifestText, '/files') ?? 1 };
  const findings = packed
    .filter((path) => secret.test(path))
    .map((path): Finding => ({
      rule: 'secret-packed',
      level: 'error',
      message: `${path} would be published, and looks like a file with secrets.`,
      file: path,
      fix: 'Name in "files" only what is to be published, such as "dist".',
      edits: whatIsPublished(subject),
    }));
  const extra = packed.filter((path) => needless.test(path) || path === PROVENANCE_FILE);
  if (extra.length > 0) {
    const shown = extra.slice(0, 5).join(', ');
    findings.push({
      rule: 'needless-packed',
      level: 'warning',
      message: `Nobody who uses the plugin needs what would be published with it: ${shown}${extra.length > 5 ? `, and ${extra.length - 5} more` : ''}.`,
      ...files,
      fix: 'Name in "files" only what is to be published, such as "dist".',
      edits: whatIsPublished(subject),
    });
  }
  if (isBuilt && entry !== undefined && !packed.includes(entry.path)) {
    const folder = entry.path.split('/')[0] ?? '';
    findings.push({
      rule: 'entry-not-packed',
      level: 'error',
      message: `"files" leaves out ./${entry.path}, so the published package cannot be imported.`,
      ...files,
      fix: commandIn(subject, ['npm', 'pkg', 'set', `files[]=${folder}`]),
      edits:
        manifest.files === undefined
          ? undefined
          : [{ pointer: '/files', value: [...manifest.files, folder] }],
    });
  }
  return findings;
}

/** `files` with what `exports` names, where there are none yet and all of it is in folders. */
function whatIsPublished({ manifest, targets }: Subject): Edit[] | undefined {
  const paths = targets.map(({ path }) => path).filter((path) => path !== MANIFEST);
  const isInFolders = paths.length > 0 && paths.every((path) => path.includes('/'));
  if (manifest.files !== undefined || !isInFolders) return undefined;
  const folders = new Set(paths.map((path) => path.split('/')[0] ?? ''));
  return [{ pointer: '/files', value: [...folders] }];
}

/** The files that would be published, or why they are not known. No script of the plugin's runs. */
async function packedFiles({ directory, context }: Subject): Promise<string[] | string> {
  const { env, signal } = context;
  const { file, before, shell } = npmProgram(env);
  const args = ['pack', '--dry-run', '--json', '--ignore-scripts', '--loglevel=error', '--offline'];
  const run = await runChild(file, [...before, ...args], {
    cwd: directory,
    env: withoutNpm(env),
    signal,
    timeoutMs: PACK_TIMEOUT_MS,
    shell,
  });
  if (run.exitCode !== 0) {
    const reason = run.stderr
      .split('\n')
      .find((line) => /^npm (?:error|ERR!) (?!code )/.test(line));
    const said = reason?.replace(/^npm (?:error|ERR!) /, '').replace(/\.$/, '');
    return run.problem ?? said ?? `npm pack ended with ${run.exitCode ?? 'a signal'}`;
  }
  // A list, or since npm 12 an object by name.
  const report: unknown = JSON.parse(run.stdout);
  const packages = packedSchema.safeParse(Object.values(Object(report)));
  return packages.success
    ? packages.data.flatMap(({ files }) => files.map(({ path }) => path))
    : 'npm pack told nothing';
}
