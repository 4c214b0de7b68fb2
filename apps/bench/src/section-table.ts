import type { Row, Section } from './candidate.ts';
import { median } from './median.ts';

const columns = [46, 36, 8, 8, 12, 10];

/** @param times microseconds of every one of the rounds by `row/candidate` */
export function sectionTable(
  { title, item, rows }: Section,
  times: ReadonlyMap<string, readonly number[]>,
  rounds: number,
): string {
  const head = [`${title} (µs per ${item}, ${String(rounds)} rounds)`, '', 'µs', '× ours'];
  if (rows.some(({ audioMs }) => audioMs !== undefined)) head.push('× real time', '% of core');
  return [line(head), ...rows.flatMap((row) => rowLines(row, times)), ''].join('\n');
}

function rowLines(row: Row, times: ReadonlyMap<string, readonly number[]>): string[] {
  const ours = times.get(`${row.id}/ours`) ?? [];
  const measured = row.candidates.map(({ name }) => ({
    name,
    rounds: times.get(`${row.id}/${name}`) ?? [],
  }));
  const recorded = (row.recorded ?? []).map(({ name, us }) => ({
    name: `${name} (recorded)`,
    rounds: ours.map(() => us),
  }));
  return [...measured, ...recorded].map(({ name, rounds }, index) => {
    const us = median(rounds);
    const ratio = median(rounds.map((time, round) => time / (ours[round] ?? Number.NaN)));
    const { audioMs } = row;
    return line([
      index === 0 ? row.title : '',
      name,
      us.toFixed(us < 1 ? 3 : 2),
      name === 'ours' ? '' : ratio.toFixed(1),
      ...(audioMs === undefined
        ? []
        : [((audioMs * 1000) / us).toFixed(0), (us / (audioMs * 10)).toFixed(2)]),
    ]);
  });
}

function line(cells: readonly string[]): string {
  return cells
    .map((cell, index) =>
      index < 2 ? cell.padEnd(columns[index] ?? 0) : cell.padStart(columns[index] ?? 0),
    )
    .join(' ')
    .trimEnd();
}
