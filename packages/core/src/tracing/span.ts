import { context, SpanStatusCode, trace, type Attributes, type Span } from '@opentelemetry/api';
import type { ProviderError } from '../errors/provider-error.ts';

/** The spans that there are, by the names that the Python framework uses. */
export type SpanName = 'simple_response';

/** One piece of work as OpenTelemetry sees it, where nothing happens until the application has set up a tracer. */
export class WorkSpan {
  readonly #span: Span;

  /** Begins now, inside the span that is active. */
  constructor(name: SpanName, attributes: Attributes) {
    // The tracer is asked for each time: an application may set one up after the import.
    this.#span = trace
      .getTracer('vision_agents.core')
      .startSpan(name, { attributes: known(attributes) });
  }

  /** Runs a part of the work: spans that it opens, also those of a HTTP client, become children of this one. */
  run<T>(work: () => T): T {
    return context.with(trace.setSpan(context.active(), this.#span), work);
  }

  /** Something that happened on the way. */
  note(event: string): void {
    this.#span.addEvent(event);
  }

  /** The work has failed. It is still to be ended. */
  fail({ kind, status, retryable, message }: ProviderError): void {
    const is_recoverable = String(retryable);
    this.#span.setAttributes(known({ error_type: kind, error_code: status, is_recoverable }));
    this.#span.setStatus({ code: SpanStatusCode.ERROR, message });
  }

  /** The work is over, for the first time that it is said. */
  end(): void {
    if (this.#span.isRecording()) this.#span.end();
  }
}

function known(attributes: Attributes): Attributes {
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined));
}
