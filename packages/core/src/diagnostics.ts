import { channel } from 'node:diagnostics_channel';
import { redact } from './errors/redact.ts';

/** What a component tells of its inner life, for whoever subscribes to the diagnostics channel `vision-agents`. */
export interface Diagnostic {
  level: 'debug' | 'warning';
  /** `stt`, `tts`, … */
  category: string;
  provider: string;
  message: string;
  /** Numbers and words that belong to it. Secrets are masked. */
  data: Readonly<Record<string, string | number | boolean>>;
}

const diagnostics = channel('vision-agents');

/** Costs nothing while nobody has subscribed. */
export function publishDiagnostic(diagnostic: Diagnostic): void {
  if (!diagnostics.hasSubscribers) return;
  const data = Object.fromEntries(
    Object.entries(diagnostic.data).map(([name, value]) => [
      name,
      typeof value === 'string' ? redact(value) : value,
    ]),
  );
  diagnostics.publish({
    ...diagnostic,
    message: redact(diagnostic.message),
    data,
  } satisfies Diagnostic);
}
