import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const documents = ['README.md', ...globSync('docs/**/*.md', { cwd: root })];

interface Fence {
  document: string;
  /** The file that it shows, or undefined when it names none. */
  file: string | undefined;
  code: string;
}

function fencesOf(document: string): Fence[] {
  const text = readFileSync(join(root, document), 'utf8');
  const fences = text.matchAll(/(?:<!-- snippet: (\S+) -->\n\n)?```ts\n([\s\S]*?)```/g);
  return [...fences].map(([, file, code = '']) => ({ document, file, code }));
}

const fences = documents.flatMap(fencesOf);

describe('the TypeScript in the documents is compiled', () => {
  it('is there', () => {
    expect(fences.length).toBeGreaterThan(2);
  });

  it.each(fences)('$document shows $file as it is', ({ file, code }) => {
    expect(file, 'put <!-- snippet: docs/snippets/… --> before the fence').toBeDefined();
    expect(code).toBe(readFileSync(join(root, file ?? ''), 'utf8'));
  });
});
