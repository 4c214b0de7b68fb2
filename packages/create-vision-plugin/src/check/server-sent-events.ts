/**
 * The data of each event of a stream, as the HTML standard has it: lines end with `\n`, `\r` or `\r\n`, comments begin
 * with a colon, and an event ends with an empty line. One that the stream's end cuts counts: servers forget the line.
 */
export async function* eventData(pieces: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = '';
  let data: string[] = [];
  for await (const piece of pieces) {
    // A `\r` at the end may be half of a line's end.
    const lines = (rest + piece).split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line !== '') data.push(...dataOf(line));
      else if (data.length > 0) {
        yield data.join('\n');
        data = [];
      }
    }
  }
  data.push(...dataOf(rest.replace(/\r$/, '')));
  if (data.length > 0) yield data.join('\n');
}

function dataOf(line: string): string[] {
  return /^data(?::|$)/.test(line) ? [line.slice('data:'.length).replace(/^ /, '')] : [];
}
