import { types as allTypes, catalogue, isPluginType } from '../../src/catalogue.ts';
import type { PluginType } from '../../src/catalogue.ts';

/** The shapes of names that there are: as short as can be, as long as can be, and with a scope and a space. */
export const shapes = ['short', 'long', 'scoped'] as const;
export type Shape = (typeof shapes)[number];

/** A plugin to be made. */
export interface MatrixPlugin {
  /** As it is typed. */
  readonly name: string;
  readonly shape: Shape;
  readonly types: readonly PluginType[];
  readonly transports: Readonly<Partial<Record<PluginType, string>>>;
  /** In a folder of its own, with its own tool chain. */
  readonly standalone: boolean;
}

/** Which types a plugin is to have. */
export interface Wanted {
  readonly types: readonly PluginType[];
  readonly standalone: boolean;
}

const inWorkspace = (types: readonly PluginType[]): Wanted => ({ types, standalone: false });
const alone = (types: readonly PluginType[]): Wanted => ({ types, standalone: true });

const pairs: ReadonlyArray<readonly PluginType[]> = allTypes.flatMap((first, index) =>
  allTypes.slice(index + 1).map((second) => [first, second]),
);

/** Every type, every pair, who hears, thinks and speaks, and all at once; and each type outside of a workspace. */
export const fullMatrix: readonly MatrixPlugin[] = spread([
  ...allTypes.map((type) => inWorkspace([type])),
  ...pairs.map(inWorkspace),
  inWorkspace(['stt', 'tts', 'llm']),
  inWorkspace(allTypes),
  ...allTypes.map((type) => alone([type])),
]);

/**
 * Each type, a voice with a model, who hears, thinks and speaks, and all at once, in a workspace and outside of one:
 * with every transport in some of them.
 */
export const coveringMatrix: readonly MatrixPlugin[] = spread([
  ...allTypes.map((type) => inWorkspace([type])),
  inWorkspace(['tts', 'llm']),
  inWorkspace(['stt', 'tts', 'llm']),
  inWorkspace(allTypes),
  alone(allTypes),
]);

/** Each type over each of its transports, and nothing else. */
export const eachTransport: readonly MatrixPlugin[] = allTypes.flatMap((type) =>
  catalogue[type].transports.map((transport, index) => ({
    name: `${type}-over-${transport}`,
    shape: shapes[index % shapes.length] ?? 'short',
    types: [type],
    transports: { [type]: transport },
    standalone: false,
  })),
);

/** What is typed to make it. */
export function argumentsOf({ name, types, transports, standalone }: MatrixPlugin): string[] {
  const chosen = Object.entries(transports).map(([type, transport]) => `${type}=${transport}`);
  const where = standalone ? ['--standalone', '--no-git'] : [];
  return [name, '--type', types.join(','), '--transport', chosen.join(','), ...where];
}

/** The transports that are in none of them, as `stt=ws`. */
export function uncovered(plugins: readonly MatrixPlugin[]): string[] {
  const covered = new Set(
    plugins.flatMap(({ transports }) =>
      Object.entries(transports).map(([type, transport]) => `${type}=${transport}`),
    ),
  );
  return allTypes
    .flatMap((type) => catalogue[type].transports.map((transport) => `${type}=${transport}`))
    .filter((word) => !covered.has(word));
}

/** The pairs of a transport with a shape, a place or another type's transport that a plugin has. */
export function pairsOf({ shape, transports, standalone }: Omit<MatrixPlugin, 'name'>): string[] {
  const words = Object.entries(transports)
    .filter(([type]) => isPluginType(type))
    .map(([type, transport]) => `${type}=${transport}`);
  return words.flatMap((word, index) => [
    word,
    `${word} ${shape}`,
    `${word} ${standalone ? 'alone' : 'in a workspace'}`,
    ...words.slice(index + 1).map((other) => `${word} ${other}`),
  ]);
}

/**
 * Gives each plugin its transports and the shape of its name, so that as many pairs of both come together as can: one
 * plugin after the other gets what is new in most pairs. A transport that nothing had yet comes before all else.
 */
function spread(wanted: readonly Wanted[]): MatrixPlugin[] {
  const seen = new Set<string>();
  return wanted.map((one, index) => {
    // Of what is worth the same, the first: with another shape each time.
    const turn = index % shapes.length;
    const candidates = [...shapes.slice(turn), ...shapes.slice(0, turn)].flatMap((shape) =>
      combinations(one.types).map((transports) => ({ ...one, shape, transports })),
    );
    const best = candidates.reduce((known, next) =>
      worthOf(next, seen) > worthOf(known, seen) ? next : known,
    );
    for (const pair of pairsOf(best)) seen.add(pair);
    return { ...best, name: nameOf(best.shape, index + 1) };
  });
}

function worthOf(candidate: Omit<MatrixPlugin, 'name'>, seen: ReadonlySet<string>): number {
  const fresh = pairsOf(candidate).filter((pair) => !seen.has(pair));
  return fresh.reduce((sum, pair) => sum + (pair.includes(' ') ? 1 : 100), 0);
}

function combinations(types: readonly PluginType[]): MatrixPlugin['transports'][] {
  const [first, ...rest] = types;
  if (first === undefined) return [{}];
  return catalogue[first].transports.flatMap((transport) =>
    combinations(rest).map((others) => ({ [first]: transport, ...others })),
  );
}

function nameOf(shape: Shape, number: number): string {
  switch (shape) {
    case 'short':
      return `p${number}`;
    case 'long': {
      const beginning = 'provider-of-speech-with-a-name-of-fifty-character';
      return `${beginning.slice(0, 50 - 1 - String(number).length)}-${number}`;
    }
    case 'scoped':
      return `@acme-labs/Open Voice ${number}`;
    default: {
      const unreachable: never = shape;
      throw new Error(`Unknown shape ${JSON.stringify(unreachable)}`);
    }
  }
}
