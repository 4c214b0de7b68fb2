import { describe, expect, it } from 'vitest';
import { Line } from './line.ts';

describe('Line', () => {
  it('serves who came first', () => {
    const line = new Line<string>();
    for (const item of ['a', 'b']) line.push(item);

    expect([line.shift(), line.shift(), line.shift()]).toEqual(['a', 'b', undefined]);
    expect(line.length).toBe(0);
  });

  it.each([
    ['first', 0, ['b', 'c', 'd']],
    ['middle', 1, ['a', 'c', 'd']],
    ['last', 2, ['a', 'b', 'd']],
  ])('lets the %s one leave', (_which, index, left) => {
    const line = new Line<string>();
    const places = ['a', 'b', 'c'].map((item) => line.push(item));
    const leaving = places[index];
    if (leaving) line.remove(leaving);
    line.push('d');

    expect([...line]).toEqual(left);
    expect(line.length).toBe(3);
  });

  it('can be used again when it was cleared', () => {
    const line = new Line<string>();
    line.push('a');
    line.clear();
    line.push('b');

    expect([...line]).toEqual(['b']);
    expect(line.first?.item).toBe('b');
  });
});
