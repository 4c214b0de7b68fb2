import { parse } from 'acorn';
import type { AnyNode, CallExpression, Program } from 'acorn';

/** Something in a source, with its line. */
export interface Place {
  readonly line: number;
  readonly what: string;
}

/** What a module does that doctor asks about. */
export interface SourceFacts {
  readonly imports: readonly Place[];
  /** `new WebSocket()`. */
  readonly sockets: readonly Place[];
  /** Calls of the global `fetch`. */
  readonly fetches: readonly Place[];
  /** Loops that wait and try again. */
  readonly retries: readonly Place[];
  /** What is printed and has the name of a secret. */
  readonly secretsLogged: readonly Place[];
  /** Variables that are read from the environment; at import, when no function is around. */
  readonly variables: ReadonlyArray<Place & { readonly atImport: boolean }>;
  /** Functions that are called by their name. */
  readonly calls: readonly Place[];
}

type Found = { -readonly [K in keyof SourceFacts]: Array<SourceFacts[K][number]> };

/** `apiKey`, `access_token`; but neither `key` nor `maxTokens`. */
const secretName =
  /(?:api|access|secret|private|auth)_?key$|(?:api|access|auth|bearer|refresh)_?token$|(?:secret|password|credentials?)$/i;
const pause = /^(?:setTimeout|sleep|delay|wait)$/;

/** Reads a module of JavaScript; undefined where it can't be parsed. */
export function factsOf(javascript: string): SourceFacts | undefined {
  let program: Program;
  try {
    program = parse(javascript, {
      ecmaVersion: 'latest',
      sourceType: 'module',
      locations: true,
      allowHashBang: true,
    });
  } catch {
    return undefined; // the compiler says it better
  }
  const found: Found = {
    imports: [],
    sockets: [],
    fetches: [],
    retries: [],
    secretsLogged: [],
    variables: [],
    calls: [],
  };
  const own = namesOf(program);
  visit(program, (node, functions) => note(node, functions > 0, own, found));
  return found;
}

function note(node: AnyNode, inFunction: boolean, own: ReadonlySet<string>, found: Found): void {
  const line = node.loc?.start.line ?? 1;
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportAllDeclaration':
    case 'ExportNamedDeclaration':
    case 'ImportExpression': {
      const specifier = node.source?.type === 'Literal' ? node.source.value : undefined;
      if (typeof specifier === 'string') found.imports.push({ line, what: specifier });
      return;
    }
    case 'NewExpression':
      if (lastName(node.callee) === 'WebSocket') found.sockets.push({ line, what: 'WebSocket' });
      return;
    case 'CallExpression': {
      const { callee } = node;
      if (callee.type === 'Identifier') {
        found.calls.push({ line, what: callee.name });
        if (callee.name === 'fetch' && !own.has('fetch'))
          found.fetches.push({ line, what: 'fetch' });
      }
      const secret = isPrinting(node) ? secretIn(node) : undefined;
      if (secret !== undefined) found.secretsLogged.push({ line, what: secret });
      return;
    }
    case 'MemberExpression': {
      const variable = variableOf(node);
      if (variable !== undefined)
        found.variables.push({ line, what: variable, atImport: !inFunction });
      return;
    }
    case 'ForStatement':
    case 'ForOfStatement':
    case 'ForInStatement':
    case 'WhileStatement':
    case 'DoWhileStatement':
      if (isRetry(node)) found.retries.push({ line, what: 'loop' });
      return;
    default:
  }
}

/** Every name that a module declares or imports. */
function namesOf(program: Program): ReadonlySet<string> {
  const names = new Set<string>();
  visit(program, (node) => {
    if (node.type.startsWith('Import') && 'local' in node && node.local?.type === 'Identifier')
      names.add(node.local.name);
    if (node.type === 'FunctionDeclaration' && node.id) names.add(node.id.name);
    const patterns =
      node.type === 'VariableDeclarator' ? [node.id] : 'params' in node ? node.params : [];
    for (const pattern of patterns)
      visit(pattern, (inner) => {
        if (inner.type === 'Identifier') names.add(inner.name);
      });
  });
  return names;
}

/** `process.env.NAME` and `process.env['NAME']`. */
function variableOf(node: AnyNode & { type: 'MemberExpression' }): string | undefined {
  const { object, property, computed } = node;
  const isEnvironment =
    object.type === 'MemberExpression' &&
    lastName(object.property) === 'env' &&
    lastName(object.object) === 'process';
  if (!isEnvironment) return undefined;
  if (!computed) return lastName(property);
  return property.type === 'Literal' && typeof property.value === 'string'
    ? property.value
    : undefined;
}

/** `a.b.c` → `c`. */
function lastName(node: AnyNode): string | undefined {
  if (node.type === 'Identifier') return node.name;
  return node.type === 'MemberExpression' && !node.computed ? lastName(node.property) : undefined;
}

function isPrinting({ callee }: CallExpression): boolean {
  if (callee.type !== 'MemberExpression') return false;
  const printer = lastName(callee.object);
  return (
    printer === 'console' ||
    ((printer === 'stdout' || printer === 'stderr') && lastName(callee.property) === 'write')
  );
}

/** The name of a secret among what a call is given. */
function secretIn({ arguments: given }: CallExpression): string | undefined {
  const names: string[] = [];
  for (const argument of given)
    visit(argument, (node) => {
      const name = node.type === 'Identifier' ? node.name : undefined;
      if (name !== undefined && secretName.test(name)) names.push(name);
    });
  return names[0];
}

/** A loop that catches, waits, and goes round again. */
function isRetry(loop: AnyNode): boolean {
  let catches = false;
  let pauses = false;
  visit(loop, (node) => {
    if (node.type === 'TryStatement' && node.handler) catches = true;
    if (node.type === 'CallExpression' && pause.test(lastName(node.callee) ?? '')) pauses = true;
  });
  return catches && pauses;
}

/** Visits a node and all in it, with the number of functions around each. */
function visit(root: AnyNode, onNode: (node: AnyNode, functions: number) => void): void {
  const walk = (node: AnyNode, functions: number): void => {
    onNode(node, functions);
    // What a class has for its instances runs when one is made.
    const isLater =
      /Function/.test(node.type) || (node.type === 'PropertyDefinition' && !node.static);
    for (const child of childrenOf(node)) walk(child, functions + (isLater ? 1 : 0));
  };
  walk(root, 0);
}

function childrenOf(node: AnyNode): AnyNode[] {
  return Object.values(node).flatMap((value: unknown) =>
    (Array.isArray(value) ? value : [value]).filter(isNode),
  );
}

function isNode(value: unknown): value is AnyNode {
  return (
    typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'
  );
}
