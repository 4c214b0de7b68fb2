import { describe, expect, test } from 'vitest';
import { chooseTransport } from '../src/answers.ts';
import { availableTypes, catalogue } from '../src/catalogue.ts';
import { CliError } from '../src/errors.ts';

/** What is wrong with a transport, and the answer that is suggested, in a version where only these work. */
function refusalOf(wanted: string, available: readonly string[]): string[] {
  try {
    chooseTransport('stt', wanted, { transports: ['ws', 'http', 'sdk', 'worker'], available });
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    return [
      error.code,
      error.message,
      error.inCommand((other) => other['transport'] ?? '').fix ?? '',
    ];
  }
  return [];
}

describe('a transport', () => {
  test('that works is taken, and the first is the default', () => {
    expect(refusalOf('http', ['ws', 'http'])).toEqual([]);
    for (const type of availableTypes) {
      const { transports, available } = catalogue[type];
      expect(chooseTransport(type, undefined)).toBe(transports[0]);
      expect(available).toContain(transports[0]);
      expect(transports).toEqual(expect.arrayContaining([...available]));
    }
  });

  test('to come is refused with those that work', () => {
    expect(refusalOf('http', ['ws'])).toEqual([
      'E_TRANSPORT_UNAVAILABLE',
      'Transport "http" is not available for stt in this version. Available: ws',
      'ws',
    ]);
  });

  test('that is unknown is refused with those that work before those to come', () => {
    expect(refusalOf('grpc', ['ws'])).toEqual([
      'E_TRANSPORT_UNKNOWN',
      'Unknown transport "grpc" for stt. Transports: ws; to come: http, sdk, worker',
      'ws',
    ]);
    expect(refusalOf('grpc', ['ws', 'http', 'sdk', 'worker'])[1]).toContain(
      'Transports: ws, http, sdk, worker',
    );
    expect(refusalOf('htp', ['ws', 'http'])[1]).toContain('Did you mean "http"?');
  });
});
