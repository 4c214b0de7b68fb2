import { ProviderError } from '../errors/provider-error.ts';
import { describeValue } from '../describe-value.ts';
import { coreVersion } from '../version.ts';

const brand = Symbol.for('vision-agents.plugin');

/** The versions of the plugin contract that this core understands. */
const supportedSpecs = { from: 1, to: 1 };

export const categories = [
  'stt',
  'tts',
  'llm',
  'vlm',
  'realtime',
  'turnDetection',
  'processor',
  'edge',
] as const;

export type Category = (typeof categories)[number];

/** A class that a plugin provides: its options are on it, everything else comes with its base. */
// oxlint-disable-next-line typescript/no-explicit-any -- a constructor type must accept any parameters
export type PluginClass = abstract new (...args: any[]) => object;

export interface PluginDefinition {
  /** Short and lower-case: `acme`. */
  name: string;
  /** The version of the plugin contract that it was written for. */
  spec: number;
  provides: { readonly [C in Category]?: PluginClass };
}

export interface Plugin extends Readonly<PluginDefinition> {
  readonly [brand]: true;
}

/**
 * Declares what a package provides. It registers nothing: importing a plugin has no effects.
 *
 * @throws ProviderError kind `unsupported` when this core does not understand the plugin's spec
 * @throws TypeError for a name, category or class that can't be
 */
export function definePlugin(definition: PluginDefinition): Plugin {
  const { name, spec, provides } = definition;
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name)) {
    throw new TypeError(
      `A plugin's name is lower-case letters, digits and single hyphens, got ${JSON.stringify(name)}`,
    );
  }
  const { from, to } = supportedSpecs;
  if (!Number.isInteger(spec) || spec < from || spec > to) {
    const range = from === to ? `spec ${from}` : `spec ${from} to ${to}`;
    const fix =
      spec > to
        ? 'npm install @vision-agents/core@latest'
        : `npm install @vision-agents/plugin-${name}@latest`;
    throw new ProviderError({
      provider: name,
      kind: 'unsupported',
      message: `Plugin ${name} is written for spec ${String(spec)}; @vision-agents/core ${coreVersion} understands ${range}. Run: ${fix}`,
    });
  }
  for (const [category, value] of Object.entries(provides)) {
    if (!categories.some((known) => known === category)) {
      throw new TypeError(
        `Plugin ${name} provides "${category}"; the categories are ${categories.join(', ')}`,
      );
    }
    if (typeof value !== 'function') {
      throw new TypeError(
        `Plugin ${name} provides ${category}: a class is expected, got ${describeValue(value)}`,
      );
    }
  }
  return Object.freeze({
    [brand]: true as const,
    name,
    spec,
    provides: Object.freeze({ ...provides }),
  });
}

/** True also for plugins that were defined with another copy of core. */
export function isPlugin(value: unknown): value is Plugin {
  return typeof value === 'object' && value !== null && brand in value;
}
