import { describe, expect, it } from 'vitest';
import { kindOfStatus, parseRetryAfter } from './http-status.ts';

describe('kindOfStatus', () => {
  it.each([
    [400, 'unsupported'],
    [401, 'auth'],
    [403, 'auth'],
    [404, 'unsupported'],
    [408, 'timeout'],
    [429, 'rate-limit'],
    [500, 'network'],
    [503, 'network'],
  ])('%i is %s', (status, kind) => {
    expect(kindOfStatus(status)).toBe(kind);
  });
});

describe('parseRetryAfter', () => {
  it('reads seconds', () => {
    expect(parseRetryAfter('2')).toBe(2_000);
    expect(parseRetryAfter(' 0.5 ')).toBe(500);
  });

  it('measures a date from the date of the answer, else from now', () => {
    const at = 'Wed, 21 Oct 2015 07:28:00 GMT';
    expect(parseRetryAfter(at, 'Wed, 21 Oct 2015 07:27:30 GMT')).toBe(30_000);
    expect(parseRetryAfter(at, 'Wed, 21 Oct 2015 07:29:00 GMT')).toBe(0);
    expect(parseRetryAfter(at)).toBe(0);
    const soon = new Date(Date.now() + 60_000).toUTCString();
    expect(parseRetryAfter(soon, 'no date')).toBeGreaterThan(50_000);
  });

  it('knows nothing of anything else', () => {
    expect(parseRetryAfter('soon')).toBeUndefined();
    expect(parseRetryAfter(null)).toBeUndefined();
  });
});
