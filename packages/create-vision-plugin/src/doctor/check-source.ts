import type { Finding } from './finding.ts';
import type { SourceFacts } from './source-facts.ts';
import type { Subject } from './subject.ts';

interface Law {
  readonly rule: Finding['rule'];
  readonly level: Finding['level'];
  readonly seen: 'fetches' | 'retries' | 'secretsLogged' | 'sockets';
  readonly message: (what: string) => string;
  readonly fix: string;
}

const laws: readonly Law[] = [
  {
    rule: 'own-socket',
    level: 'error',
    seen: 'sockets',
    message: () =>
      'It opens a WebSocket of its own, which nothing reconnects, bounds or closes for it.',
    fix: 'Return a SocketSpec from openStream() or createCodec(): core owns the connection.',
  },
  {
    rule: 'own-fetch',
    level: 'warning',
    seen: 'fetches',
    message: () =>
      'It calls the global fetch(), which has no time limit, no retries and no end at close.',
    fix: "Call this.fetch(), or give it to the vendor's client.",
  },
  {
    rule: 'own-retry',
    level: 'warning',
    seen: 'retries',
    message: () => 'It has a loop that waits and tries again, which core does for every request.',
    fix: 'Leave retries to this.fetch() and to the connection of core.',
  },
  {
    rule: 'logs-secret',
    level: 'error',
    seen: 'secretsLogged',
    message: (what) => `It prints ${what}, so a secret gets into logs.`,
    fix: 'Do not print it: core masks secrets in errors and in events.',
  },
];

/** What a plugin's code does that core is there for. */
export function checkSource({ code }: Subject): Finding[] {
  const unread = code.filter(({ kind, facts }) => kind === 'source' && facts === undefined);
  const [first] = unread;
  const note: Finding[] =
    first === undefined
      ? []
      : [
          {
            rule: 'source-unread',
            level: 'info',
            message: `This Node.js (${process.versions.node}) cannot strip the types of ${unread.map(({ path }) => path).join(', ')}: sockets, retries and printed keys were not looked for there.`,
            file: first.path,
            fix: 'Write what erasableSyntaxOnly of TypeScript allows, and use a current Node.js.',
          },
        ];
  return [...note, ...brokenLaws(code)];
}

function brokenLaws(code: Subject['code']): Finding[] {
  return code.flatMap(({ path, kind, facts }) =>
    kind !== 'source' || facts === undefined ? [] : laws.flatMap((law) => broken(law, path, facts)),
  );
}

function broken(
  { seen, rule, level, message, fix }: Law,
  file: string,
  facts: SourceFacts,
): Finding[] {
  return facts[seen].map(({ line, what }) => ({
    rule,
    level,
    message: message(what),
    file,
    line,
    fix,
  }));
}
