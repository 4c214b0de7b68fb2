import type { Finding } from './finding.ts';
import { lineWith, textOf, whereIs } from './subject.ts';
import type { Subject } from './subject.ts';

const EXAMPLE = '.env.example';

/** Variables that any program may be run with. */
export const commonVariable =
  /^(?:NODE_ENV|NODE_OPTIONS|DEBUG|CI|HOME|PATH|LOG_LEVEL|NO_COLOR|TMPDIR)$/;

interface Variable {
  readonly name: string;
  readonly file?: string | undefined;
  readonly line?: number | undefined;
}

/** Whether each variable that is read is in the README and in `.env.example`, and each of theirs is read. */
export async function checkEnvironment(subject: Subject): Promise<Finding[]> {
  const variables = variablesOf(subject);
  const [readme, example] = await Promise.all([
    textOf(subject, 'README.md'),
    textOf(subject, EXAMPLE),
  ]);
  const findings: Finding[] = [];
  for (const { name, file, line } of variables) {
    if (readme !== undefined && !hasWord(readme, name)) {
      findings.push({
        rule: 'env-undocumented',
        level: 'error',
        message: `${name} is read, and README.md does not say so.`,
        file,
        line,
        fix: `Say in README.md which option ${name} sets.`,
      });
    }
    if (example === undefined || !hasWord(example, name)) {
      findings.push({
        rule: 'env-not-in-example',
        level: 'warning',
        message: `${name} is read, and ${EXAMPLE} does not name it.`,
        file,
        line,
        fix: `Add to ${EXAMPLE}: ${name}=`,
        edits: [{ variable: name }],
      });
    }
  }
  if (subject.loaded?.plugin === undefined) return findings;
  const known = new Set(variables.map(({ name }) => name));
  const isRead = (name: string): boolean =>
    known.has(name) || subject.code.some(({ text }) => hasWord(text, name));
  for (const [file, text, names] of [
    [EXAMPLE, example, assigned(example ?? '')],
    ['README.md', readme, mentioned(readme ?? '')],
  ] as const) {
    for (const name of names.filter((one) => !isRead(one) && !commonVariable.test(one))) {
      findings.push({
        rule: 'env-unread',
        level: 'warning',
        message: `${file} names ${name}, which nothing reads.`,
        file,
        line: lineWith(text ?? '', name),
        fix: `Remove ${name} from ${file}, or correct its name.`,
      });
    }
  }
  return findings;
}

/** What the options of the classes declare, and what the sources read besides. */
function variablesOf(subject: Subject): Variable[] {
  const declared = (subject.loaded?.plugin?.provides ?? [])
    .flatMap(({ variables }) => variables)
    .map((name): Variable => ({ name, ...whereIs(subject, name) }));
  const read = subject.code.flatMap(({ path, kind, facts }) =>
    kind === 'source'
      ? (facts?.variables ?? []).map(({ what, line }): Variable => ({
          name: what,
          file: path,
          line,
        }))
      : [],
  );
  const all = [...declared, ...read].filter(({ name }) => !commonVariable.test(name));
  return all.filter(({ name }, index) => all.findIndex((one) => one.name === name) === index);
}

function hasWord(text: string, word: string): boolean {
  return new RegExp(`(?<![A-Za-z0-9_])${word.replaceAll(/\W/g, '')}(?![A-Za-z0-9_])`).test(text);
}

/** `NAME=` at the start of a line, also behind a `#`. */
function assigned(text: string): string[] {
  return [...text.matchAll(/^\s*#?\s*(?:export\s+)?([A-Z][A-Z0-9_]*)=/gm)].map(
    ([, name = '']) => name,
  );
}

/** What a document calls by a name that a secret or an address in the environment has. */
function mentioned(text: string): string[] {
  const names = [...text.matchAll(/\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*_(?:KEY|TOKEN|SECRET|URL)\b/g)];
  return [...new Set(names.map(([name]) => name))];
}
