import { catalogue, types } from './catalogue.ts';
import type { CommandContext, CommandOutcome } from './command.ts';

export function list({ style }: CommandContext): CommandOutcome {
  const rows = types.map((type) => [
    type,
    catalogue[type].baseClass,
    catalogue[type].implement,
    catalogue[type].example,
    status(type),
  ]);
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
        available: [...catalogue[type].available],
      })),
    },
    text: `${[style.bold(line(header)), ...rows.map(line)].join('\n')}\n`,
  };
}

function status(type: (typeof types)[number]): string {
  const { available } = catalogue[type];
  return available.length === 0 ? 'not in this version' : available.join(', ');
}
