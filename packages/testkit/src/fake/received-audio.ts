import { PcmData, type AudioFormat } from '@vision-agents/core/audio';
import type { Changes } from '../contract/changes.ts';

/** How much audio can be given back. */
const KEPT_MS = 60_000;

/** The audio that a fake provider received: all of it counted, the last minute kept. */
export class ReceivedAudio {
  readonly #format: AudioFormat;
  readonly #changes: Changes;
  #kept: PcmData[] = [];
  #keptMs = 0;
  #totalMs = 0;

  constructor(init: { format: AudioFormat; changes: Changes }) {
    this.#format = init.format;
    this.#changes = init.changes;
  }

  get totalMs(): number {
    return this.#totalMs;
  }

  reset(): void {
    this.#kept = [];
    this.#keptMs = 0;
    this.#totalMs = 0;
  }

  put(pcm: PcmData): void {
    this.#kept.push(pcm);
    this.#keptMs += pcm.durationMs;
    this.#totalMs += pcm.durationMs;
    while (this.#keptMs > KEPT_MS) this.#keptMs -= this.#kept.shift()?.durationMs ?? this.#keptMs;
    this.#changes.notify();
  }

  /** Resolves with what is kept once there was as much as that in all. */
  expect(
    options: { durationMs?: number | undefined; timeoutMs?: number | undefined } = {},
  ): Promise<PcmData> {
    const { durationMs = 20, timeoutMs } = options;
    return this.#changes.until(
      () => `${durationMs} ms of audio reach the provider (${Math.round(this.#totalMs)} ms did)`,
      () =>
        this.#totalMs >= durationMs &&
        PcmData.concat([PcmData.silence(0, this.#format), ...this.#kept]),
      { timeoutMs },
    );
  }
}
