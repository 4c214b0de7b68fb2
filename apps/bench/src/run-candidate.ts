/** Measures one candidate in a process of its own and prints its microseconds: `node run-candidate.ts <row> <candidate>`. */
import { measure } from './measure.ts';
import { sections } from './sections.ts';

const [, , rowId, name] = process.argv;
const candidate = sections
  .flatMap(({ rows }) => rows)
  .find(({ id }) => id === rowId)
  ?.candidates.find((other) => other.name === name);
if (candidate === undefined) throw new Error(`no candidate ${String(name)} for ${String(rowId)}`);

const microseconds = await measure(await candidate.prepare());
process.stdout.write(String(microseconds), () => {
  // A native peer would keep the process alive.
  process.exit();
});
