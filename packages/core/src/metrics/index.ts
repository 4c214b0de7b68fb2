export type { Measurement, MetricName } from './instruments.ts';
export { Metrics } from './metrics.ts';
export type { MetricSummary } from './metrics.ts';
