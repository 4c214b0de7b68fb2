import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { expect, it } from 'vitest';
import { publishDiagnostic } from './diagnostics.ts';
import { rememberSecret } from './errors/index.ts';

it('tells subscribers, with secrets masked', () => {
  const seen: unknown[] = [];
  const onDiagnostic = (diagnostic: unknown): void => void seen.push(diagnostic);
  rememberSecret('sk-diagnostic-1234');
  subscribe('vision-agents', onDiagnostic);
  publishDiagnostic({
    level: 'debug',
    category: 'stt',
    provider: 'acme',
    message: 'connecting with sk-diagnostic-1234',
    data: { url: 'wss://acme.example?key=sk-diagnostic-1234', attempt: 2 },
  });
  unsubscribe('vision-agents', onDiagnostic);
  publishDiagnostic({
    level: 'debug',
    category: 'stt',
    provider: 'acme',
    message: 'unheard',
    data: {},
  });
  expect(seen).toEqual([
    {
      level: 'debug',
      category: 'stt',
      provider: 'acme',
      message: 'connecting with [redacted]',
      data: { url: 'wss://acme.example?key=[redacted]', attempt: 2 },
    },
  ]);
});
