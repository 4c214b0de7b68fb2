import { builtinModules } from 'node:module';
import { catalogue, commands, types } from './catalogue.ts';
import type { PluginType } from './catalogue.ts';
import { EXAMPLE_NAME } from './flags.ts';

/** Everything a name is turned into, and whether the user's spelling decided how it looks. */
export interface ParsedName {
  /** As in `packages/plugins/<slug>`. */
  readonly slug: string;
  /** Without `@`, from a name given as `@scope/name`. */
  readonly scope: string | undefined;
  readonly displayName: string;
  readonly classPrefix: string;
  readonly envPrefix: string;
  /** True when the input was not the slug itself, so that its capitals and spaces carry meaning. */
  readonly styled: boolean;
}

export interface NameProblem {
  readonly code: 'E_NAME_INVALID' | 'E_NAME_RESERVED';
  readonly message: string;
  /** A name that is accepted; the display name keeps what the user wrote where it can be shown. */
  readonly suggestion: { readonly name: string; readonly displayName?: string };
}

export type NameResult = { ok: true; name: ParsedName } | { ok: false; problem: NameProblem };

export const MAX_SLUG_LENGTH = 50;
export const slugPattern = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
export const scopePattern = /^[a-z0-9][a-z0-9._-]{0,99}$/;
export const classPrefixPattern = /^[A-Z][A-Za-z0-9]*$/;
export const envPrefixPattern = /^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$/;
/** Safe in Markdown, in comments and in string literals. */
const displayNamePattern = /^[\p{L}\p{N}][\p{L}\p{M}\p{N} .,'’&()+\-_!:/#]*$/u;

const packagePrefix = /^(?:vision-agents-)?(?:plugin-)+(?=.)/;
const windowsDevice = /^(con|prn|aux|nul|com\d|lpt\d)$/;
const npmReserved = ['node_modules', 'node-modules', 'favicon.ico', 'favicon-ico'];
/** Also those that are only reached as `node:test`, and without the ones inside of others. */
const nodeModules: readonly string[] = builtinModules.map((name) => name.replace(/^node:/, ''));
const ownWords: readonly string[] = [...commands, ...types, 'new', 'create', 'help'];

/** Reads `[@scope/]name`. What cannot be represented without loss is a problem with a suggestion. */
export function parseName(input: string): NameResult {
  const text = input.normalize('NFC').trim();
  const scoped = /^@([^/]*)\/(.*)$/s.exec(text);
  const scope = scoped?.[1];
  const bare = scoped?.[2] ?? text;
  if (scope !== undefined && !scopePattern.test(scope)) {
    const message = `"@${printable(scope)}" is not a valid npm scope.`;
    return {
      ok: false,
      problem: { code: 'E_NAME_INVALID', message, suggestion: suggest(bare, simplified(scope)) },
    };
  }
  const objection = object(bare);
  if (objection !== undefined) {
    return { ok: false, problem: { ...objection, suggestion: suggest(bare, scope) } };
  }
  const words = bare.split(/[-_.]|\s+/);
  const slug = words.join('-').toLowerCase();
  const styled = bare !== slug;
  return {
    ok: true,
    name: {
      slug,
      scope,
      displayName: styled ? bare.replaceAll(/\s+/g, ' ') : words.map(capitalise).join(' '),
      classPrefix: words.map(capitalise).join(''),
      envPrefix: slug.replaceAll('-', '_').toUpperCase(),
      styled,
    },
  };
}

function object(bare: string): Pick<NameProblem, 'code' | 'message'> | undefined {
  if (bare.trim() === '') {
    return { code: 'E_NAME_INVALID', message: `A name is needed, such as ${EXAMPLE_NAME}.` };
  }
  const shown = printable(bare);
  if (packagePrefix.test(bare)) {
    return {
      code: 'E_NAME_INVALID',
      message: `"${shown}" has the prefix that package names get by themselves.`,
    };
  }
  if (!/^[A-Za-z][A-Za-z0-9]*(?:(?:[-_.]|\s+)[A-Za-z0-9]+)*$/.test(bare)) {
    return { code: 'E_NAME_INVALID', message: `"${shown}" ${complaint(bare)}.` };
  }
  const slug = bare.replaceAll(/[_.]|\s+/g, '-').toLowerCase();
  if (slug.length > MAX_SLUG_LENGTH) {
    return {
      code: 'E_NAME_INVALID',
      message: `"${shown}" is longer than ${MAX_SLUG_LENGTH} characters.`,
    };
  }
  const reservedFor = reservation(slug);
  return reservedFor === undefined
    ? undefined
    : { code: 'E_NAME_RESERVED', message: `"${slug}" is reserved: it is ${reservedFor}.` };
}

function capitalise(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

function reservation(slug: string): string | undefined {
  if (npmReserved.includes(slug)) return 'a name npm does not allow';
  if (windowsDevice.test(slug)) return 'a device name on Windows';
  if (types.some((type) => type === slug)) return 'a type of plugin';
  if (ownWords.includes(slug)) return 'a command';
  if (nodeModules.includes(slug.replaceAll('-', '_'))) return 'a module of Node.js';
  return undefined;
}

function complaint(bare: string): string {
  if (/^\d/.test(bare)) {
    return 'starts with a digit, and the class prefix and the environment variable made from it cannot';
  }
  if (/[^\x20-\x7e]/.test(bare)) return 'has characters that a package name cannot have';
  return 'is not letters and digits with single separators between them';
}

function suggest(bare: string, scope: string | undefined): NameProblem['suggestion'] {
  const slug = suggestSlug(bare);
  const name = scope === undefined || scope === '' ? slug : `@${scope}/${slug}`;
  return isDisplayName(bare) && bare !== bare.toLowerCase().replaceAll(/[^a-z0-9-]/g, '')
    ? { name, displayName: bare }
    : { name };
}

export function isDisplayName(text: string): boolean {
  return (
    text.length <= 80 &&
    displayNamePattern.test(text) &&
    text === text.trim() &&
    !text.includes('//')
  );
}

const digitWords = [
  'zero',
  'one',
  'two',
  'three',
  'four',
  'five',
  'six',
  'seven',
  'eight',
  'nine',
  'ten',
  'eleven',
  'twelve',
];

/** The nearest name that {@link parseName} accepts. */
function suggestSlug(bare: string): string {
  if (bare.trim() === '') return EXAMPLE_NAME;
  const ascii = simplified(bare).replace(packagePrefix, '');
  const spelled = ascii.replace(
    /^\d+/,
    (digits) => `${digitWords[Number(digits)] ?? `n${digits}`}-`,
  );
  const short = spelled
    .slice(0, MAX_SLUG_LENGTH - 3)
    .replaceAll(/-+/g, '-')
    .replaceAll(/^-|-$/g, '');
  const better = nodeModules.includes(short) ? `${EXAMPLE_NAME}-${short}` : `${short}-ai`;
  for (const candidate of [short, better]) {
    if (object(candidate) === undefined) return candidate;
  }
  return 'my-provider';
}

function simplified(text: string): string {
  return text
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');
}

/** The input as it can be shown on a terminal: control characters are escaped, long text is cut. */
function printable(text: string): string {
  const escaped = text.replaceAll(/[\p{Cc}\p{Cf}\p{Cs}]/gu, (character) => {
    return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
  });
  return escaped.length > 60 ? `${escaped.slice(0, 60)}…` : escaped;
}

/** What the plugin is, in one sentence. */
export function describePlugin(displayName: string, pluginTypes: readonly PluginType[]): string {
  return `${displayName} ${titlesOf(pluginTypes)} for Vision Agents`;
}

/** `speech-to-text, text-to-speech and turn detection` */
export function titlesOf(pluginTypes: readonly PluginType[]): string {
  const titles = pluginTypes.map((type) => catalogue[type].title);
  const last = titles.pop() ?? '';
  return titles.length === 0 ? last : `${titles.join(', ')} and ${last}`;
}
