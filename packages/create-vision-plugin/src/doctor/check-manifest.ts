import minVersion from 'semver/ranges/min-version.js';
import { PLUGIN_KEYWORD } from '../workspace.ts';
import type { Finding } from './finding.ts';
import { lineOf, MANIFEST } from './plugin-manifest.ts';
import { commandIn, textOf } from './subject.ts';
import type { Subject } from './subject.ts';

/** What core itself needs. */
const NODE_RANGE = '>=22.12';

/** What a plugin says of itself in `package.json`. */
export async function checkManifest(subject: Subject): Promise<Finding[]> {
  const { manifest, manifestText } = subject;
  const { name, keywords = [], type, sideEffects, engines, license } = manifest;
  const at = (pointer: string): Pick<Finding, 'file' | 'line'> => ({
    file: MANIFEST,
    line: lineOf(manifestText, pointer) ?? 1,
  });
  const findings: Finding[] = [];
  if (name === undefined || name === '') {
    findings.push({
      rule: 'name-missing',
      level: 'error',
      message: 'The package has no name, so nobody can install or import it.',
      ...at(''),
      fix: commandIn(subject, ['npm', 'pkg', 'set', 'name=vision-agents-plugin-<name>']),
    });
  }
  if (!keywords.includes(PLUGIN_KEYWORD)) {
    findings.push({
      rule: 'keyword-missing',
      level: 'error',
      message: `"keywords" lacks "${PLUGIN_KEYWORD}", by which plugins are found.`,
      ...at('/keywords'),
      fix: commandIn(subject, ['npm', 'pkg', 'set', `keywords[]=${PLUGIN_KEYWORD}`]),
      edits: [{ pointer: '/keywords', value: [...keywords, PLUGIN_KEYWORD] }],
    });
  }
  if (type !== 'module') {
    findings.push({
      rule: 'not-esm',
      level: 'error',
      message: '"type" is not "module": core and plugins are ES modules.',
      ...at('/type'),
      fix: commandIn(subject, ['npm', 'pkg', 'set', 'type=module']),
    });
  }
  if (sideEffects !== false) {
    findings.push({
      rule: 'side-effects',
      level: 'warning',
      message: '"sideEffects" is not false, so bundlers keep what is not used.',
      ...at('/sideEffects'),
      fix: commandIn(subject, ['npm', 'pkg', 'set', 'sideEffects=false', '--json']),
      edits: sideEffects === undefined ? [{ pointer: '/sideEffects', value: false }] : undefined,
    });
  }
  const node = engines?.['node'];
  if (node === undefined || startsBefore(node, NODE_RANGE)) {
    findings.push({
      rule: 'engines',
      level: 'warning',
      message:
        node === undefined
          ? `"engines" does not say that Node.js ${NODE_RANGE} is needed, as core says.`
          : `"engines" promises Node.js ${node}, and core needs ${NODE_RANGE}.`,
      ...at('/engines/node'),
      fix: commandIn(subject, ['npm', 'pkg', 'set', `engines.node=${NODE_RANGE}`]),
      edits: node === undefined ? [{ pointer: '/engines/node', value: NODE_RANGE }] : undefined,
    });
  }
  if (license === undefined) {
    findings.push({
      rule: 'licence-missing',
      level: 'warning',
      message: 'The package names no licence, so nobody may use it.',
      ...at(''),
      fix: commandIn(subject, ['npm', 'pkg', 'set', 'license=<spdx-id>']),
    });
  }
  if ((await textOf(subject, 'README.md')) === undefined) {
    findings.push({
      rule: 'readme-missing',
      level: 'warning',
      message: 'There is no README.md that says how the plugin is used and which options it has.',
      fix: 'Write README.md: usage, options with their variables, events.',
    });
  }
  return findings;
}

function startsBefore(range: string, other: string): boolean {
  const [first, second] = [range, other].map((text) => lowest(text));
  return first != null && second != null && first.compare(second) < 0;
}

/** Undefined for what is no range, which npm tells. */
function lowest(range: string): ReturnType<typeof minVersion> | undefined {
  try {
    return minVersion(range);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}
