/** A unified diff of two texts, three lines of context; empty when they are equal. */
export function unifiedDiff(path: string, before: string | undefined, after: string): string {
  if (before === after) return '';
  const edits = editScript(toLines(before ?? ''), toLines(after));
  const header = `--- ${before === undefined ? '/dev/null' : `a/${path}`}\n+++ b/${path}\n`;
  return header + hunks(edits).join('');
}

interface Edit {
  readonly kind: ' ' | '-' | '+';
  readonly line: string;
}

const CONTEXT = 3;

/** Lines with their terminator, so that a missing last newline is visible. */
function toLines(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

/** The shortest edit script, by the longest common subsequence of what differs. */
function editScript(before: readonly string[], after: readonly string[]): Edit[] {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start++;
  let end = 0;
  const rest = Math.min(before.length, after.length) - start;
  while (end < rest && before.at(-1 - end) === after.at(-1 - end)) end++;
  return [
    ...before.slice(0, start).map(kept),
    ...middle(before.slice(start, before.length - end), after.slice(start, after.length - end)),
    ...before.slice(before.length - end).map(kept),
  ];
}

function kept(line: string): Edit {
  return { kind: ' ', line };
}

function middle(before: readonly string[], after: readonly string[]): Edit[] {
  const width = after.length + 1;
  const lengths = new Uint32Array((before.length + 1) * width);
  const at = (row: number, column: number): number => lengths[row * width + column] ?? 0;
  for (let row = before.length - 1; row >= 0; row--) {
    for (let column = after.length - 1; column >= 0; column--) {
      lengths[row * width + column] =
        before[row] === after[column]
          ? at(row + 1, column + 1) + 1
          : Math.max(at(row + 1, column), at(row, column + 1));
    }
  }
  const edits: Edit[] = [];
  let row = 0;
  let column = 0;
  while (row < before.length || column < after.length) {
    const removed = before[row];
    const added = after[column];
    if (removed !== undefined && removed === added) {
      edits.push({ kind: ' ', line: removed });
      row++;
      column++;
    } else if (
      removed !== undefined &&
      (added === undefined || at(row + 1, column) >= at(row, column + 1))
    ) {
      edits.push({ kind: '-', line: removed });
      row++;
    } else if (added !== undefined) {
      edits.push({ kind: '+', line: added });
      column++;
    }
  }
  return edits;
}

function hunks(edits: readonly Edit[]): string[] {
  const shown = edits.map((_, index) => {
    return edits
      .slice(Math.max(0, index - CONTEXT), index + CONTEXT + 1)
      .some(({ kind }) => kind !== ' ');
  });
  const output: string[] = [];
  const position = { before: 1, after: 1 };
  for (let index = 0; index < edits.length;) {
    const first = index;
    const start = { ...position };
    let body = '';
    for (; index < edits.length && shown[index] === shown[first]; index++) {
      const edit = edits[index];
      if (edit === undefined) break;
      if (edit.kind !== '+') position.before++;
      if (edit.kind !== '-') position.after++;
      body +=
        edit.kind +
        (edit.line.endsWith('\n') ? edit.line : `${edit.line}\n\\ No newline at end of file\n`);
    }
    if (shown[first] !== true) continue;
    output.push(
      `@@ -${range(start.before, position.before)} +${range(start.after, position.after)} @@\n${body}`,
    );
  }
  return output;
}

/** Where a hunk starts and how long it is; an empty side is counted from the line before it. */
function range(start: number, end: number): string {
  const length = end - start;
  return `${length === 0 ? start - 1 : start},${length}`;
}
