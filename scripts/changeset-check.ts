/**
 * Fails when a published package changed since the base branch without a changeset that names it.
 * (`changeset status --since` is content with a changeset for any package, and knows nothing of the templates.)
 *
 *   npm run changeset:check                 against origin/main, else main
 *   npm run changeset:check -- v1.2.0       against any commit
 *
 * A change that needs no release says so with an empty changeset: `npm run changeset -- --empty`.
 * It needs the base branch, which a shallow clone does not have, so it is no part of `npm test`.
 */
import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join, matchesGlob } from 'node:path';
import { root, run } from './run.ts';

const [given] = process.argv.slice(2);
const base = (given === undefined ? ['origin/main', 'main'] : [given]).find(
  (name) => git('rev-parse', '--verify', '--quiet', `${name}^{commit}`) !== undefined,
);
if (base === undefined) {
  console.error(
    given === undefined
      ? 'There is no branch origin/main or main to compare with. Fetch it (git fetch --unshallow origin main), or name a commit: npm run changeset:check -- <commit>'
      : `${given} is not a commit of this repository.`,
  );
  process.exit(2);
}

const patterns = strings(field(readJson('.changeset/config.json'), 'changedFilePatterns'));
const changed = lines(git('diff', '--name-only', `${base}...`));
const changesets = lines(
  git('diff', '--name-only', '--diff-filter=d', `${base}...`, '--', '.changeset/*.md'),
).map((path) => releasesIn(readFileSync(join(root, path), 'utf8')));

if (!changesets.some((names) => names.length === 0)) {
  const missing = globSync('packages/{*,plugins/*}/package.json', { cwd: root })
    .map((path) => ({ folder: path.slice(0, -'package.json'.length), manifest: readJson(path) }))
    .filter(({ manifest }) => field(manifest, 'private') !== true)
    .map(({ folder, manifest }) => ({ folder, name: String(field(manifest, 'name')) }))
    .filter(({ folder, name }) => changed.some((path) => belongsTo(path, folder, name)))
    .map(({ name }) => name)
    .filter((name) => !changesets.flat().includes(name));
  if (missing.length > 0) {
    console.error(
      `Changed since ${base} without a changeset: ${missing.join(', ')}.\nMake one: npm run changeset (with \`-- --empty\` when nothing is to be released)`,
    );
    process.exit(1);
  }
}
run('changeset', ['status', `--since=${base}`]);

/** Whether a changed file is of what the package publishes, by the patterns that changesets itself uses. */
function belongsTo(path: string, folder: string, name: string): boolean {
  if (name === 'create-vision-plugin' && path.startsWith('templates/')) return true;
  if (!path.startsWith(folder)) return false;
  const inside = path.slice(folder.length);
  return (
    patterns.some((pattern) => !pattern.startsWith('!') && matchesGlob(inside, pattern)) &&
    !patterns.some((pattern) => pattern.startsWith('!') && matchesGlob(inside, pattern.slice(1)))
  );
}

/** The packages that a changeset releases, from its front matter. */
function releasesIn(changeset: string): string[] {
  const frontMatter = /^---\n([\s\S]*?)---/.exec(changeset)?.[1] ?? '';
  return [...frontMatter.matchAll(/^['"]?([^'":\s]+)['"]?\s*:/gm)].map(([, name = '']) => name);
}

/** What git prints, or undefined when it fails. */
function git(...args: readonly string[]): string | undefined {
  const { status, stdout } = spawnSync('git', args, { cwd: root, encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}

function lines(text: string | undefined): string[] {
  return text === undefined || text === '' ? [] : text.split('\n');
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(join(root, path), 'utf8'));
}

function field(value: unknown, name: string): unknown {
  return Reflect.get(Object(value), name);
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
