import type { MatrixPlugin } from '../../packages/create-vision-plugin/test/support/plugin-matrix.ts';

/** What became of one step: how long it took, or that it failed. */
export interface Step {
  readonly name: string;
  readonly durationMs: number;
  readonly ok: boolean;
}

/** A plugin and what was done with it. */
export interface Row {
  readonly title: string;
  readonly steps: readonly Step[];
}

/** A plugin in a few words: its transports, the shape of its name, and where it is. */
export function titleOf({ transports, shape, standalone }: MatrixPlugin): string {
  const chosen = Object.entries(transports).map(([type, transport]) => `${type}=${transport}`);
  return `${chosen.join(' ')} (${shape}${standalone ? ', alone' : ''})`;
}

/** The rows as a table, a column for each step, in seconds. */
export function tableOf(rows: readonly Row[], columns: readonly string[]): string {
  const cells = rows.map(({ title, steps }) => [
    title,
    ...columns.map((column) => cellOf(steps.find(({ name }) => name === column))),
  ]);
  const lines = [['plugin', ...columns], ...cells];
  const widths = lines[0]?.map((_, at) =>
    Math.max(...lines.map((line) => (line[at] ?? '').length)),
  );
  return lines
    .map((line) =>
      line
        .map((cell, at) => {
          const width = widths?.[at] ?? 0;
          return at === 0 ? cell.padEnd(width) : cell.padStart(width);
        })
        .join('  '),
    )
    .join('\n');
}

function cellOf(step: Step | undefined): string {
  if (step === undefined) return '–';
  return step.ok ? (step.durationMs / 1_000).toFixed(1) : 'FAILED';
}
