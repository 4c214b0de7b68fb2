import * as z from 'zod';
import { escaped } from './plugin-manifest.ts';
import type { PluginManifest } from './plugin-manifest.ts';

/** A file that `exports` names. */
export interface ExportTarget {
  /** In package.json. */
  readonly pointer: string;
  /** As it is imported: `.`, `./audio`. */
  readonly subpath: string;
  /** The conditions on the way to it, outermost first. */
  readonly conditions: readonly string[];
  /** Relative to the package, without `./`. */
  readonly path: string;
}

const objectSchema = z.record(z.string(), z.unknown());

/** Every file that a package offers, in the order in which Node.js tries them. */
export function exportTargets({ exports, main }: PluginManifest): ExportTarget[] {
  if (exports === undefined) {
    return main === undefined ? [] : [target('/main', '.', [], main)];
  }
  const object = objectSchema.safeParse(exports);
  const hasSubpaths = object.success && Object.keys(object.data).some((key) => key.startsWith('.'));
  if (!hasSubpaths) return targetsIn(exports, '/exports', '.', []);
  return Object.entries(object.data).flatMap(([subpath, value]) =>
    targetsIn(value, `/exports/${escaped(subpath)}`, subpath, []),
  );
}

function targetsIn(
  value: unknown,
  pointer: string,
  subpath: string,
  conditions: readonly string[],
): ExportTarget[] {
  if (typeof value === 'string') return [target(pointer, subpath, conditions, value)];
  if (Array.isArray(value)) {
    return value.flatMap((item: unknown, index) =>
      targetsIn(item, `${pointer}/${index}`, subpath, conditions),
    );
  }
  const object = objectSchema.safeParse(value);
  if (!object.success) return [];
  return Object.entries(object.data).flatMap(([condition, inner]) =>
    targetsIn(inner, `${pointer}/${escaped(condition)}`, subpath, [...conditions, condition]),
  );
}

function target(
  pointer: string,
  subpath: string,
  conditions: readonly string[],
  path: string,
): ExportTarget {
  return { pointer, subpath, conditions, path: path.replace(/^\.\//, '') };
}

const byNode = ['node', 'import', 'module-sync', 'default'];
const byCompiler = ['types', ...byNode];

/** The file that `import` of the package runs, undefined where there is none. */
export function entryOf(targets: readonly ExportTarget[]): ExportTarget | undefined {
  return whole(targets, byNode);
}

/** The file that the compiler takes the types from: its own, or the one beside the code. */
export function typesOf(targets: readonly ExportTarget[]): ExportTarget | undefined {
  const found = whole(targets, byCompiler);
  if (found === undefined || /\.d\.[cm]?ts$/.test(found.path)) return found;
  return { ...found, path: found.path.replace(/\.([cm]?)js$/, '.d.$1ts') };
}

function whole(
  targets: readonly ExportTarget[],
  known: readonly string[],
): ExportTarget | undefined {
  return targets.find(
    ({ subpath, conditions }) =>
      subpath === '.' && conditions.every((condition) => known.includes(condition)),
  );
}
