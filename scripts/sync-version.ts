/** Writes core's version, as its package.json has it, where its code says it. `changeset version` knows only package.json. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './run.ts';

const core = join(root, 'packages/core');
const manifest: unknown = JSON.parse(readFileSync(join(core, 'package.json'), 'utf8'));
const file = join(core, 'src/version.ts');
const before = readFileSync(file, 'utf8');
const line = /^export const coreVersion = '.*';$/m;
if (!line.test(before)) throw new Error(`${file} has no line that declares coreVersion`);
const version = String(Reflect.get(Object(manifest), 'version'));
writeFileSync(file, before.replace(line, `export const coreVersion = '${version}';`));
