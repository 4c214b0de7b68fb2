import * as fc from 'fast-check';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { unifiedDiff } from '../src/diff.ts';
import { makeWorkspace } from './support/workspace.ts';

const run = promisify(execFile);

test('a new file is all additions', () => {
  expect(unifiedDiff('a.txt', undefined, 'one\ntwo')).toBe(
    '--- /dev/null\n+++ b/a.txt\n@@ -0,0 +1,2 @@\n+one\n+two\n\\ No newline at end of file\n',
  );
});

test('git applies every diff to the text it was made from', async () => {
  const line = fc.constantFrom('a\n', 'b\n', 'c\n', 'd\n', '\n');
  const text = fc
    .tuple(fc.array(line, { maxLength: 30 }), fc.constantFrom('', 'last'))
    .map(([lines, last]) => lines.join('') + last);
  await using workspace = await makeWorkspace();
  await fc.assert(
    fc.asyncProperty(text, text, async (before, after) => {
      fc.pre(before !== '' && after !== '' && before !== after);
      await workspace.write({ 'a.txt': before, 'a.patch': unifiedDiff('a.txt', before, after) });
      await run('git', ['apply', '--unsafe-paths', 'a.patch'], { cwd: workspace.root });
      expect(await workspace.read('a.txt')).toBe(after);
    }),
    { numRuns: 60 },
  );
});
