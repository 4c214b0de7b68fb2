import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { isUnknownType } from './message-types.ts';

const text = z.object({ event: z.literal('text'), text: z.string() });
const turn = z.object({ event: z.enum(['started', 'ended']), turn: z.number() });

describe.each([
  ['a discriminated union', z.discriminatedUnion('event', [text, turn])],
  ['a union', z.union([text, turn])],
  ['a union that is transformed', z.discriminatedUnion('event', [text, turn]).transform(String)],
])('isUnknownType, of %s', (_name, schema) => {
  it('tells a type that is not named from one that does not fit', () => {
    expect(isUnknownType({ event: 'metadata' }, schema)).toBe(true);
    expect(isUnknownType({ event: 'text', text: 5 }, schema)).toBe(false);
    expect(isUnknownType({ event: 'ended' }, schema)).toBe(false);
    expect(isUnknownType({ type: 'metadata' }, schema)).toBe(false);
    expect(isUnknownType([], schema)).toBe(false);
  });
});

describe('isUnknownType', () => {
  it('reads a schema of a single message', () => {
    expect(isUnknownType({ event: 'metadata' }, text)).toBe(true);
    expect(isUnknownType({ event: 'text' }, text)).toBe(false);
  });

  it('knows nothing of a schema without fixed values', () => {
    expect(isUnknownType({ event: 'metadata' }, z.object({ event: z.string() }))).toBe(false);
    expect(
      isUnknownType({ event: 'metadata' }, z.union([text, z.object({ other: z.string() })])),
    ).toBe(false);
  });
});
