/** The URL with these parameters added; `undefined` ones are left out, arrays repeat the parameter. */
export function withQuery(
  url: string | URL,
  parameters: Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>,
): string {
  const result = new URL(url);
  for (const [name, value] of Object.entries(parameters)) {
    if (value === undefined) continue;
    for (const item of Array.isArray(value) ? value : [value])
      result.searchParams.append(name, String(item));
  }
  return result.href;
}
