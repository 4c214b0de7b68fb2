import { metrics as openTelemetry, type Attributes } from '@opentelemetry/api';
import type { ProviderError } from '../errors/provider-error.ts';
import { errorMetricOf, instruments, type MetricName } from './instruments.ts';

/** What was measured under one name since the component was made. */
export interface MetricSummary {
  count: number;
  sum: number;
  last: number;
}

/**
 * What a component measures: kept here, and given to OpenTelemetry, where nothing happens until the application has
 * set up a provider for it.
 */
export class Metrics {
  readonly #attributes: Attributes;
  readonly #summaries = new Map<MetricName, MetricSummary>();

  /** @param attributes go with everything that is recorded: the provider, the model */
  constructor(attributes: Attributes) {
    this.#attributes = known(attributes);
  }

  /** Records a value of a histogram, or adds to a counter. */
  record(name: MetricName, value: number, attributes: Attributes = {}): void {
    const { count, sum } = this.#summaries.get(name) ?? { count: 0, sum: 0 };
    this.#summaries.set(name, { count: count + 1, sum: sum + value, last: value });
    const all = { ...this.#attributes, ...known(attributes) };
    const { kind, ...options } = instruments[name];
    // The meter is asked for each time, and keeps its instruments: an application may set one up after the import.
    const meter = openTelemetry.getMeter('vision_agents.core');
    if (kind === 'counter') meter.createCounter(name, options).add(value, all);
    else meter.createHistogram(name, options).record(value, all);
  }

  /** Counts an error, for a category that has a counter of them. */
  recordError(category: string, { kind, status, retryable }: ProviderError): void {
    const name = errorMetricOf(category);
    if (!name) return;
    const is_recoverable = String(retryable);
    this.record(name, 1, { error_type: kind, error_code: status, is_recoverable });
  }

  /** Undefined until something was recorded. */
  get(name: MetricName): Readonly<MetricSummary> | undefined {
    return this.#summaries.get(name);
  }

  toJSON(): Partial<Record<MetricName, MetricSummary>> {
    return Object.fromEntries(this.#summaries);
  }
}

function known(attributes: Attributes): Attributes {
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined));
}
