/** A string literal as formatters write it: single quotes unless that means more escapes. */
export function quoteTypeScript(value: string): string {
  const escaped = JSON.stringify(value)
    .slice(1, -1)
    .replaceAll(String.raw`\"`, '"')
    .replaceAll('\u2028', String.raw`\u2028`)
    .replaceAll('\u2029', String.raw`\u2029`);
  const singles = value.split("'").length;
  const doubles = value.split('"').length;
  return singles > doubles
    ? `"${escaped.replaceAll('"', String.raw`\"`)}"`
    : `'${escaped.replaceAll("'", String.raw`\'`)}'`;
}
