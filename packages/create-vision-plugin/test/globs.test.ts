import { expect, test } from 'vitest';
import { matchesWorkspaces } from '../src/globs.ts';

test.for<[string, string[], boolean]>([
  ['packages/core', ['packages/*'], true],
  ['packages/plugins/acme', ['packages/*'], false],
  ['packages/plugins/acme', ['./packages/plugins/*/'], true],
  ['packages/plugins/acme', ['packages/**'], true],
  ['packages/plugins/acme', ['**'], true],
  ['a/b/c', ['**/c'], true],
  ['a/bc', ['a/b?'], true],
  ['apps/web', ['{apps,packages}/*'], true],
  ['libs/web', ['{apps,packages}/*'], false],
  ['packages/old', ['packages/*', '!packages/old'], false],
  ['packages/old', ['!packages/old', 'packages/*'], true],
  ['packages/a.b', ['packages/a.b'], true],
  ['packages/axb', ['packages/a.b'], false],
])('%s in %j: %s', ([path, patterns, expected]) => {
  expect(matchesWorkspaces(path, patterns)).toBe(expected);
});
