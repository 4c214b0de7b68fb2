import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mergeJsonText, valuesOf } from '../src/json-text.ts';

const key = fc.constantFrom('a', 'b', 'c', 'd/e', 'f~g', '__proto__', 'constructor');
const value = fc.oneof(
  fc.string({ maxLength: 4 }),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.uniqueArray(fc.constantFrom('x', 'y', 'z', 'w'), { minLength: 1, maxLength: 4 }),
);
/** An object as text, because a key such as `__proto__` is none in an object literal; never empty, for it would have no values. */
function objects(inner: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc
    .uniqueArray(fc.tuple(key, inner), { minLength: 1, selector: ([name]) => name })
    .map(
      (entries) =>
        `{ ${entries.map(([name, text]) => `${JSON.stringify(name)}: ${text}`).join(', ')} }`,
    );
}

const leaf = value.map((one) => JSON.stringify(one));
/** Two levels, as a package.json has. */
const document = objects(fc.oneof(leaf, objects(leaf)));

function values(text: string) {
  return valuesOf(JSON.parse(text));
}

describe('a document that belongs to two', () => {
  test('as we wrote it becomes what we would write now', () => {
    fc.assert(
      fc.property(document, document, (base, wanted) => {
        // Where one has a value and the other an object, the value goes first, and the object comes the next time.
        const once = mergeJsonText(base, values(base), values(wanted))?.text ?? '';
        const merged = mergeJsonText(once, values(base), values(wanted))?.text ?? '';
        const [after, next] = [values(merged), values(wanted)];
        for (const [pointer, expected] of next) {
          if (isBlocked(pointer, values(base), next)) continue;
          const found = after.get(pointer);
          expect(sorted(found)).toEqual(sorted(expected));
        }
      }),
    );
  });

  test('keeps every value that the user added or changed', () => {
    fc.assert(
      fc.property(document, document, document, (base, current, wanted) => {
        const [before, mine, next] = [values(base), values(current), values(wanted)];
        const merged = values(mergeJsonText(current, before, next)?.text ?? '{}');
        for (const [pointer, own] of mine) {
          const written = before.get(pointer);
          if (Array.isArray(own)) {
            const added = own.filter((item) => !Array.isArray(written) || !written.includes(item));
            if (Array.isArray(written) || written === undefined)
              expect(merged.get(pointer)).toEqual(expect.arrayContaining(added));
          } else if (own !== written) {
            expect(merged.get(pointer)).toEqual(own);
          }
        }
      }),
    );
  });

  test('is not changed by what did not change', () => {
    fc.assert(
      fc.property(document, document, (base, current) => {
        expect(mergeJsonText(current, values(base), values(base))).toMatchObject({ text: current });
      }),
    );
  });
});

/** Whether a value of one side is where the other has an object. */
function isBlocked(
  pointer: string,
  base: ReadonlyMap<string, unknown>,
  next: ReadonlyMap<string, unknown>,
): boolean {
  const parent = pointer.slice(0, pointer.lastIndexOf('/'));
  return (
    base.has(parent) ||
    [...base.keys()].some((other) => other.startsWith(`${pointer}/`)) ||
    next.has(parent)
  );
}

function sorted(list: unknown): unknown {
  return Array.isArray(list) ? list.map(String).toSorted() : list;
}

test.for([
  ['what is not JSON', '{ "a": '],
  ['two documents', '{} {}'],
  ['nothing', ''],
])('%s is not merged', ([, text = '']) => {
  expect(mergeJsonText(text, new Map(), new Map([['/a', 1]]))).toBeUndefined();
});

test('comments, trailing commas and the order of the user stay', () => {
  const text = '{\n  // mine\n  "z": 1,\n  "b": { "y": 1, "x": 2, },\n}\n';
  const wanted = new Map<string, number>([
    ['/z', 1],
    ['/b/x', 3],
    ['/b/new', 4],
  ]);
  const base = new Map([
    ['/z', 1],
    ['/b/x', 2],
  ]);
  const merged = mergeJsonText(text, base, wanted)?.text ?? '';
  expect(merged).toContain('// mine\n  "z": 1,\n');
  expect(merged).toMatch(/"y": 1,\s*"x": 3,\s*"new": 4/);
});
