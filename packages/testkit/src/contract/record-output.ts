import { inspect } from 'node:util';

const consoleMethods = ['debug', 'error', 'info', 'log', 'warn'] as const;

const recorders = new Set<string[]>();
let untap: (() => void)[] = [];

/** Keeps a copy of what is written to the console and the standard streams, until `restore()`. */
export function recordOutput(): { text(): string; restore(): void } {
  const written: string[] = [];
  if (recorders.size === 0) {
    untap = [
      ...consoleMethods.map((method) => tap(console, method)),
      ...[process.stdout, process.stderr].map((stream) => tap(stream, 'write')),
    ];
  }
  recorders.add(written);
  return {
    text: () => written.join('\n'),
    restore: () => {
      recorders.delete(written);
      if (recorders.size === 0) for (const restore of untap) restore();
    },
  };
}

function tap(target: object, method: string): () => void {
  const original: unknown = Reflect.get(target, method);
  if (typeof original !== 'function') return () => undefined;
  Reflect.set(target, method, (...parameters: unknown[]): unknown => {
    const text = parameters.map((value) =>
      typeof value === 'string' ? value : inspect(value, { depth: 12 }),
    );
    for (const written of recorders) written.push(text.join(' '));
    return Reflect.apply(original, target, parameters);
  });
  return () => void Reflect.set(target, method, original);
}
