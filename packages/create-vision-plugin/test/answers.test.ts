import { describe, expect, test } from 'vitest';
import { chooseTransport } from '../src/answers.ts';
import { catalogue, types } from '../src/catalogue.ts';
import { CliError } from '../src/errors.ts';

/** What is wrong with a transport, and the answer that is suggested. */
function refusalOf(wanted: string): string[] {
  try {
    chooseTransport('stt', wanted);
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
  test('is taken, and the first is the default', () => {
    expect(refusalOf('http')).toEqual([]);
    for (const type of types)
      expect(chooseTransport(type, undefined)).toBe(catalogue[type].transports[0]);
  });

  test('that is unknown is refused with those that there are', () => {
    expect(refusalOf('grpc')).toEqual([
      'E_TRANSPORT_UNKNOWN',
      'Unknown transport "grpc" for stt. Transports: ws, http, sdk, worker',
      'ws',
    ]);
    expect(refusalOf('htp')[1]).toContain('Did you mean "http"?');
  });
});
