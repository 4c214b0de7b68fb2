import type { PcmData } from '../audio/index.ts';
import type { Metrics } from '../metrics/index.ts';
import type { RealtimeEvent } from './realtime-event.ts';

/** Measures what goes through a speech-to-speech model. */
export class RealtimeMeter {
  readonly #metrics: Metrics;
  #connectedMs: number | undefined;

  constructor(metrics: Metrics) {
    this.#metrics = metrics;
  }

  connected(nowMs: number): void {
    this.#connectedMs = nowMs;
    this.#metrics.record('realtime.sessions', 1);
  }

  disconnected(nowMs: number): void {
    if (this.#connectedMs === undefined) return;
    this.#metrics.record('realtime.session_duration.ms', nowMs - this.#connectedMs);
    this.#connectedMs = undefined;
  }

  input({ samples, durationMs }: PcmData): void {
    this.#metrics.record('realtime.audio.input.bytes', samples.byteLength);
    this.#metrics.record('realtime.audio.input.duration.ms', durationMs);
  }

  output({ samples, durationMs }: PcmData): void {
    this.#metrics.record('realtime.audio.output.bytes', samples.byteLength);
    this.#metrics.record('realtime.audio.output.duration.ms', durationMs);
  }

  firstAudio(latencyMs: number): void {
    this.#metrics.record('realtime.latency.ms', latencyMs);
  }

  userTranscript(): void {
    this.#metrics.record('realtime.transcriptions.user', 1);
  }

  agentTranscript(): void {
    this.#metrics.record('realtime.transcriptions.agent', 1);
  }

  /** @param done of a turn that nobody else counts */
  response(done: Extract<RealtimeEvent, { type: 'response-done' }> | undefined): void {
    this.#metrics.record('realtime.responses', 1);
    const { inputTokens, outputTokens } = done?.usage ?? {};
    if (typeof inputTokens === 'number') this.#metrics.record('llm.tokens.input', inputTokens);
    if (typeof outputTokens === 'number') this.#metrics.record('llm.tokens.output', outputTokens);
  }
}
