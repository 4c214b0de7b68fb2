import { STTConnectedEvent, STTDisconnectedEvent, STTErrorEvent } from '@vision-agents/core';
import { AcmeLanguageEvent, type STT } from './acme-json-stt.ts';

/** Prints what goes on around the transcripts. */
export function observe(stt: STT, print = console.log): void {
  stt.events.on(STTConnectedEvent, ({ participant }) => print('connected', participant?.id));
  stt.events.on(STTDisconnectedEvent, ({ clean, reason }) => print('gone', { clean, reason }));
  stt.events.on(AcmeLanguageEvent, ({ language }) => print('language', language));
  stt.events.on(STTErrorEvent, ({ error, context }) => {
    print(error.retryable ? 'temporary' : 'permanent', error.kind, context, error.message);
  });
}

/** What was measured since it was made; OpenTelemetry is given the same. */
export function figures(stt: STT): Record<string, number> {
  const latency = stt.metrics.get('stt.latency.ms');
  return {
    finals: latency?.count ?? 0,
    meanLatencyMs: latency ? latency.sum / latency.count : 0,
    errors: stt.metrics.get('stt.errors')?.sum ?? 0,
    droppedMs: stt.droppedMs,
    unconfirmedMs: stt.unconfirmedMs,
    ignoredMessages: stt.ignoredMessages,
  };
}
