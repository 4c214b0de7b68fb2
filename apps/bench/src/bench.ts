/**
 * Prints what the hot paths cost: `npm run bench [-- --rounds 5] [text]`, where the text chooses rows by their names.
 *
 * Every candidate runs once in each round, in a process of its own, so that what the machine does meanwhile hits all
 * alike; ratios are taken within a round, and all figures are medians over the rounds. A difference below 1.4 times
 * says nothing on a shared machine.
 */
import { execFileSync } from 'node:child_process';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Row } from './candidate.ts';
import { installLivekit } from './peers/livekit.ts';
import { installScaffolders } from './peers/scaffolders.ts';
import { scaffold } from './cases/scaffold.ts';
import { sectionTable } from './section-table.ts';
import { sections } from './sections.ts';

const runner = fileURLToPath(new URL('run-candidate.ts', import.meta.url));
const { values, positionals } = parseArgs({
  options: { rounds: { type: 'string' } },
  allowPositionals: true,
});
const wanted = positionals.join(' ');
const chosen = sections
  .map((section) => ({
    ...section,
    rows: section.rows.filter(({ id, title }) => id.includes(wanted) || title.includes(wanted)),
  }))
  .filter(({ rows }) => rows.length > 0);

// Only the peers of what is measured.
if (chosen.some(({ title }) => title === scaffold.title)) installScaffolders();
if (chosen.some(({ title }) => title !== scaffold.title)) installLivekit();
console.log(
  `Node ${process.version}, ${process.arch}, ${cpus()[0]?.model ?? 'unknown processor'}\n`,
);
for (const section of chosen) {
  const rounds = Number(values.rounds ?? section.rounds ?? 5);
  const times = new Map<string, number[]>();
  for (let round = 0; round < rounds; round++) {
    for (const row of section.rows) {
      for (const { name } of row.candidates) add(times, row, name);
    }
  }
  console.log(sectionTable(section, times, rounds));
}

function add(times: Map<string, number[]>, row: Row, name: string): void {
  const key = `${row.id}/${name}`;
  const output = execFileSync(process.execPath, [runner, row.id, name], { encoding: 'utf8' });
  times.set(key, [...(times.get(key) ?? []), Number(output)]);
}
