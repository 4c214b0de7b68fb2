import { metrics as openTelemetry } from '@opentelemetry/api';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { afterEach, describe, expect, it } from 'vitest';
import { Metrics } from './metrics.ts';

afterEach(() => openTelemetry.disable());

describe('Metrics', () => {
  it('keeps a summary of what it records', () => {
    const metrics = new Metrics({ provider: 'acme' });
    expect(metrics.get('stt.latency.ms')).toBeUndefined();
    metrics.record('stt.latency.ms', 100);
    metrics.record('stt.latency.ms', 50);
    expect(metrics.get('stt.latency.ms')).toEqual({ count: 2, sum: 150, last: 50 });
    expect(JSON.stringify(metrics)).toBe('{"stt.latency.ms":{"count":2,"sum":150,"last":50}}');
  });

  it('gives it to OpenTelemetry, also when that is set up later', async () => {
    const metrics = new Metrics({ provider: 'acme', model: undefined });
    metrics.record('stt.errors', 1);
    const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
    const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 60_000 });
    const provider = new MeterProvider({ readers: [reader] });
    openTelemetry.setGlobalMeterProvider(provider);
    metrics.record('stt.errors', 1, { error_type: 'network', error_code: undefined });
    metrics.record('stt.latency.ms', 120);
    await provider.forceFlush();
    const [scope] = exporter.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics);
    expect(scope?.scope.name).toBe('vision_agents.core');
    expect(
      scope?.metrics.map(({ descriptor, dataPoints }) => [
        descriptor.name,
        dataPoints.map(({ attributes }) => attributes),
      ]),
    ).toEqual([
      ['stt.errors', [{ provider: 'acme', error_type: 'network' }]],
      ['stt.latency.ms', [{ provider: 'acme' }]],
    ]);
    await provider.shutdown();
  });
});
