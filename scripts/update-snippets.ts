/** Brings the TypeScript in the documents in step with the files that it shows. */
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './run.ts';

for (const document of ['README.md', ...globSync('docs/**/*.md', { cwd: root })]) {
  const path = join(root, document);
  const text = readFileSync(path, 'utf8');
  const updated = text.replaceAll(
    /(<!-- snippet: (\S+) -->\n\n```ts\n)[\s\S]*?```/g,
    (_match, opening: string, file: string) =>
      `${opening}${readFileSync(join(root, file), 'utf8')}\`\`\``,
  );
  if (updated !== text) writeFileSync(path, updated);
}
