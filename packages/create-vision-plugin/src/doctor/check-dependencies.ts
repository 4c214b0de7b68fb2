import satisfies from 'semver/functions/satisfies.js';
import intersects from 'semver/ranges/intersects.js';
import { CORE, peerRange, TESTKIT } from '../ranges.ts';
import { PLUGIN_KEYWORD } from '../workspace.ts';
import type { Edit, Finding } from './finding.ts';
import { installedFor } from './installed.ts';
import { escaped, lineOf, MANIFEST } from './plugin-manifest.ts';
import { commandIn } from './subject.ts';
import type { Subject } from './subject.ts';

/** Plugins that extend another one, by the design of both. */
const extending = /^@vision-agents\/plugin-(?:openrouter|nvidia)$/;
const extended = '@vision-agents/plugin-openai';

/** What the plugin depends on: core as a peer, the testkit for its tests only, and no other plugin. */
export async function checkDependencies(subject: Subject): Promise<Finding[]> {
  return [...checkCore(subject), ...checkTestkit(subject), ...(await checkOtherPlugins(subject))];
}

function checkCore(subject: Subject): Finding[] {
  const { manifest, core, context } = subject;
  const { dependencies = {}, peerDependencies = {}, devDependencies = {} } = manifest;
  const wanted = peerRange(core?.version) ?? context.release.ranges.corePeer;
  const peer = peerDependencies[CORE];
  const setPeer: Edit = { pointer: `/peerDependencies/${escaped(CORE)}`, value: wanted };
  if (dependencies[CORE] !== undefined) {
    const dev = devDependencies[CORE] ?? dependencies[CORE];
    return [
      {
        rule: 'core-bundled',
        level: 'error',
        message: `${CORE} is in "dependencies", so a project can get a second copy of it.`,
        ...at(subject, `/dependencies/${escaped(CORE)}`),
        fix: `Make it a peer: "peerDependencies": { "${CORE}": "${wanted}" }.`,
        edits: [
          { pointer: `/dependencies/${escaped(CORE)}`, value: undefined },
          { pointer: `/devDependencies/${escaped(CORE)}`, value: dev },
          ...(peer === undefined ? [setPeer] : []),
        ],
      },
    ];
  }
  if (peer === undefined) {
    return [
      {
        rule: 'core-not-peer',
        level: 'error',
        message: `${CORE} is not in "peerDependencies", so nothing keeps its version and the plugin's together.`,
        ...at(subject, '/peerDependencies'),
        fix: commandIn(subject, ['npm', 'pkg', 'set', `peerDependencies.${CORE}=${wanted}`]),
        edits: [setPeer],
      },
    ];
  }
  return checkRange(subject, peer, wanted, setPeer);
}

function checkRange(subject: Subject, peer: string, wanted: string, edit: Edit): Finding[] {
  const version = subject.core?.version;
  const shared = {
    ...at(subject, `/peerDependencies/${escaped(CORE)}`),
    fix: commandIn(subject, ['npm', 'pkg', 'set', `peerDependencies.${CORE}=${wanted}`]),
    edits: [edit],
  };
  if (version === undefined || /^(?:workspace|file|link|npm):/.test(peer)) return [];
  if (!satisfies(version, peer, { includePrerelease: true })) {
    const message = `The peer range of ${CORE}, ${peer}, does not accept ${version}, which is installed.`;
    return [{ rule: 'core-range', level: 'error', message, ...shared }];
  }
  if (!version.startsWith('0.')) return [];
  const [, minor = '0'] = version.split('.');
  const next = `0.${Number(minor) + 1}.0`;
  if (!satisfies(next, peer)) {
    const message = `The peer range of ${CORE}, ${peer}, refuses ${next}. While core is 0.x it is ${wanted}: the plugin's "spec" decides.`;
    return [{ rule: 'core-range', level: 'warning', message, ...shared }];
  }
  if (!intersects(peer, '>=1.0.0')) return [];
  const message = `The peer range of ${CORE}, ${peer}, accepts versions that are not made yet. While core is 0.x it is ${wanted}.`;
  return [{ rule: 'core-range-wide', level: 'warning', message, ...shared }];
}

function checkTestkit(subject: Subject): Finding[] {
  const { dependencies = {}, devDependencies = {}, peerDependencies = {} } = subject.manifest;
  const field = [
    { name: 'dependencies', ranges: dependencies },
    { name: 'peerDependencies', ranges: peerDependencies },
  ].find(({ ranges }) => ranges[TESTKIT] !== undefined);
  if (field !== undefined) {
    const pointer = `/${field.name}/${escaped(TESTKIT)}`;
    return [
      {
        rule: 'testkit-shipped',
        level: 'error',
        message: `${TESTKIT} is in "${field.name}": whoever uses the plugin would install it, and Vitest with it.`,
        ...at(subject, pointer),
        fix: commandIn(subject, ['npm', 'install', '--save-dev', TESTKIT]),
        edits: [
          { pointer, value: undefined },
          {
            pointer: `/devDependencies/${escaped(TESTKIT)}`,
            value: devDependencies[TESTKIT] ?? field.ranges[TESTKIT],
          },
        ],
      },
    ];
  }
  if (devDependencies[TESTKIT] !== undefined) return [];
  return [
    {
      rule: 'testkit-missing',
      level: 'warning',
      message: `${TESTKIT}, which has the contract that every plugin keeps to, is not in "devDependencies".`,
      ...at(subject, '/devDependencies'),
      fix: commandIn(subject, ['npm', 'install', '--save-dev', TESTKIT]),
    },
  ];
}

async function checkOtherPlugins(subject: Subject): Promise<Finding[]> {
  const { manifest, code, directory, context } = subject;
  const names = new Set([
    ...Object.keys(manifest.dependencies ?? {}),
    ...Object.keys(manifest.peerDependencies ?? {}),
    ...code.flatMap(({ kind, facts }) =>
      kind === 'source' ? (facts?.imports ?? []).map(({ what }) => packageOf(what)) : [],
    ),
  ]);
  const findings: Finding[] = [];
  for (const name of names) {
    if (name === '' || name === manifest.name) continue;
    if (name === extended && extending.test(manifest.name ?? '')) continue;
    const isNamedSo = /^(?:@[^/]+\/plugin-|vision-agents-plugin-)/.test(name);
    const installed = await installedFor(directory, name, context.fs);
    // Packages of other frameworks are called plugins as well.
    const isPlugin =
      installed?.keywords.includes(PLUGIN_KEYWORD) ?? (isNamedSo && /vision-agents/.test(name));
    if (!isPlugin) continue;
    findings.push({
      rule: 'plugin-imported',
      level: 'error',
      message: `It uses another plugin, ${name}. What two plugins need belongs in core.`,
      ...whereImported(subject, name),
      fix: `Do without it, or pass what is needed from ${name} as an option.`,
    });
  }
  return findings;
}

function whereImported(subject: Subject, name: string): Pick<Finding, 'file' | 'line'> {
  for (const { path, kind, facts } of subject.code) {
    const found = kind === 'source' && facts?.imports.find(({ what }) => packageOf(what) === name);
    if (found) return { file: path, line: found.line };
  }
  const field = subject.manifest.dependencies?.[name] === undefined ? 'peerD' : 'd';
  return at(subject, `/${field}ependencies/${escaped(name)}`);
}

/** `@vision-agents/core/audio` → `@vision-agents/core`; empty for a file and for a module of Node.js. */
function packageOf(specifier: string): string {
  if (/^(?:\.|\/|#|node:|file:)/.test(specifier)) return '';
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}

function at({ manifestText }: Subject, pointer: string): Pick<Finding, 'file' | 'line'> {
  return { file: MANIFEST, line: lineOf(manifestText, pointer) ?? 1 };
}
