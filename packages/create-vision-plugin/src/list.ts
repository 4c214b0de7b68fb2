import { basesOf, catalogue, types } from './catalogue.ts';
import type { PluginType, TypeEntry } from './catalogue.ts';
import type { CommandContext, CommandOutcome } from './command.ts';

export function list({ style }: CommandContext): CommandOutcome {
  const rows = types.flatMap((type) => typeRows(type, catalogue[type]));
  const header = ['type', 'base class', 'you implement', 'for example', 'transports'];
  const widths = header.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string => {
    return cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  };
  return {
    result: {
      schemaVersion: 1,
      command: 'list',
      ok: true,
      exitCode: 0,
      types: types.map((type) => ({
        type,
        ...catalogue[type],
        transports: [...catalogue[type].transports],
        variables: Object.fromEntries(
          Object.entries(catalogue[type].variables ?? {}).map(([key, words]) => [key, [...words]]),
        ),
        otherBases: catalogue[type].otherBases?.map((base) => ({
          ...base,
          transports: [...base.transports],
        })),
      })),
    },
    text: `${[style.bold(line(header)), ...rows.map(line)].join('\n')}\n`,
  };
}

/** A row for each base class of a type. */
export function typeRows(type: PluginType, entry: TypeEntry): string[][] {
  return basesOf(entry).map(({ baseClass, implement, example, transports }) => [
    type,
    baseClass,
    implement,
    example,
    transports.join(', '),
  ]);
}
