import type { Answers, GivenAnswers } from './answers.ts';
import { chooseTransports } from './answers.ts';
import type { PluginType } from './catalogue.ts';
import { CliError } from './errors.ts';
import type { ParsedName } from './names.ts';
import type { Place } from './place.ts';
import { siblingPlugins } from './workspace.ts';
import type { Workspace } from './workspace.ts';

/** Answers with nothing missing that has no default. */
export type CompleteAnswers = GivenAnswers & {
  readonly name: ParsedName;
  readonly type: PluginType[];
};

/** All answers, with defaults from the name and from the workspace. */
export function settle(
  given: CompleteAnswers,
  { workspace, destination, standalone }: Place,
): Answers {
  const { name } = given;
  const transports = chooseTransports(given.type, given.transport);
  requireUseOfSdk(given, Object.values(transports));
  const scope = given.scope ?? name.scope ?? siblingScope(workspace, destination);
  return {
    name: name.slug,
    displayName: given.displayName ?? name.displayName,
    classPrefix: given.classPrefix ?? name.classPrefix,
    envPrefix: given.envPrefix ?? name.envPrefix,
    packageName:
      scope === undefined ? `vision-agents-plugin-${name.slug}` : `@${scope}/plugin-${name.slug}`,
    types: given.type,
    transports,
    ...(given.sdk === undefined ? {} : { sdk: given.sdk }),
    ...(given.baseUrl === undefined ? {} : { baseUrl: given.baseUrl }),
    ...(standalone ? { standalone } : {}),
  };
}

/** @throws CliError `E_USAGE` for `--sdk` where nothing is made with the vendor's client */
function requireUseOfSdk({ sdk }: CompleteAnswers, transports: readonly string[]): void {
  if (sdk === undefined || transports.includes('sdk')) return;
  throw new CliError(
    'E_USAGE',
    `--sdk names the vendor's client, which only the transport "sdk" uses.`,
    (retype) => retype({ transport: 'sdk' }),
  );
}

/**
 * The answers that the recorded ones contradict. What the command leaves open is not a contradiction:
 * running it again must find the plugin it made, even if its defaults would be others today.
 */
export function contradictions(
  given: CompleteAnswers,
  settled: Answers,
  recorded: Answers,
): string[] {
  const { name } = given;
  const styled = name.styled ? settled : undefined;
  const wanted: Partial<Answers> = {
    name: settled.name,
    types: settled.types,
    ...(given.displayName === undefined && styled === undefined
      ? {}
      : { displayName: settled.displayName }),
    ...(given.classPrefix === undefined && styled === undefined
      ? {}
      : { classPrefix: settled.classPrefix }),
    ...(given.envPrefix === undefined ? {} : { envPrefix: settled.envPrefix }),
    ...(given.scope === undefined && name.scope === undefined
      ? {}
      : { packageName: settled.packageName }),
    ...(given.transport === undefined ? {} : { transports: settled.transports }),
    ...(given.sdk === undefined ? {} : { sdk: settled.sdk }),
    ...(given.baseUrl === undefined ? {} : { baseUrl: settled.baseUrl }),
  };
  return Object.entries(wanted).flatMap(([key, value]) => {
    const before: unknown = Object.entries(recorded).find(
      ([recordedKey]) => recordedKey === key,
    )?.[1];
    return comparable(value) === comparable(before)
      ? []
      : [`${key} ${comparable(before)} → ${comparable(value)}`];
  });
}

function comparable(value: unknown): string {
  return JSON.stringify(Array.isArray(value) ? value.map(String).toSorted() : value);
}

function siblingScope(workspace: Workspace, destination: string): string | undefined {
  const scopes = siblingPlugins(workspace, destination).flatMap(({ manifest }) =>
    scopeOf(manifest.name),
  );
  if (scopes.length > 0) return scopes.toSorted((a, b) => count(scopes, b) - count(scopes, a))[0];
  const hasCore = workspace.packages.some(
    ({ manifest }) => manifest.name === '@vision-agents/core',
  );
  return hasCore ? 'vision-agents' : undefined;
}

function scopeOf(packageName: string | undefined): string[] {
  const scope = /^@([^/]+)\//.exec(packageName ?? '')?.[1];
  return scope === undefined ? [] : [scope];
}

function count(values: readonly string[], wanted: string): number {
  return values.filter((value) => value === wanted).length;
}
