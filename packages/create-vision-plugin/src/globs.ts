/**
 * The part of glob syntax that `workspaces` fields use: `*`, `**`, `?`, `{a,b}` and a leading `!`.
 * Later patterns win, as in npm.
 */
export function matchesWorkspaces(path: string, patterns: readonly string[]): boolean {
  let matched = false;
  for (const pattern of patterns) {
    const negative = pattern.startsWith('!');
    if (globToRegExp(normalise(negative ? pattern.slice(1) : pattern)).test(path))
      matched = !negative;
  }
  return matched;
}

/** The pattern as npm reads it: no leading `./` or `/`, no trailing slash. */
export function normalise(pattern: string): string {
  return pattern.replace(/^(?:\.?\/)+/, '').replace(/\/+$/, '');
}

function globToRegExp(pattern: string): RegExp {
  const source = pattern
    .split('/')
    .map((segment) => (segment === '**' ? '**' : segmentSource(segment)))
    .join('/')
    .replaceAll(/(^|\/)\*\*(?=\/|$)/g, (_, slash: string) =>
      slash === '' ? '(?:[^/]+(?:/[^/]+)*)' : '(?:/[^/]+)*',
    );
  return new RegExp(`^${source}$`);
}

function segmentSource(segment: string): string {
  let depth = 0;
  return segment.replaceAll(/[*?{},.+^$()|[\]\\]/g, (character) => {
    switch (character) {
      case '*':
        return '[^/]*';
      case '?':
        return '[^/]';
      case '{':
        depth++;
        return '(?:';
      case '}':
        if (depth === 0) return String.raw`\}`;
        depth--;
        return ')';
      case ',':
        return depth > 0 ? '|' : ',';
      default:
        return `\\${character}`;
    }
  });
}
