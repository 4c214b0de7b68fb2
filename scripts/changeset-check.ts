/**
 * Fails when a published package changed since the base branch without a changeset.
 *
 *   npm run changeset:check                 against origin/main, else main
 *   npm run changeset:check -- v1.2.0       against any commit
 *
 * It needs the base branch, which a shallow clone does not have, so it is no part of `npm test`.
 */
import { spawnSync } from 'node:child_process';
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

// The templates belong to create-vision-plugin, and lie where changesets does not look for its files.
const changed = git('diff', '--name-only', '--diff-filter=d', `${base}...`)?.split('\n') ?? [];
const changesets = changed.filter((path) => /^\.changeset\/[^/]+\.md$/.test(path));
const templatesChanged = git('diff', '--name-only', `${base}...`, '--', 'templates') !== '';
const named = changesets.some((path) =>
  /create-vision-plugin/.test(git('show', `HEAD:${path}`) ?? ''),
);
if (templatesChanged && !named) {
  console.error(
    `The templates changed since ${base}, without a changeset for create-vision-plugin. Make one: npm run changeset`,
  );
  process.exit(1);
}
run('changeset', ['status', `--since=${base}`]);

/** What git prints, or undefined when it fails. */
function git(...args: readonly string[]): string | undefined {
  const { status, stdout } = spawnSync('git', args, { cwd: root, encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}
