import { describe, expect, it } from 'vitest';
import { MONO_16K, PcmData } from '../audio/index.ts';
import { SpeakerInput } from './speaker-input.ts';

const chunk = PcmData.silence(20, MONO_16K);

describe('SpeakerInput', () => {
  it('has finished only when all that was written is processed, also what came as a run was ending', async () => {
    let processed = 0;
    const input = new SpeakerInput({
      format: MONO_16K,
      maxBufferedMs: 5_000,
      process: async () => {
        processed += 1;
      },
      onError: (error) => expect.fail(String(error)),
    });
    input.open();
    for (let written = 0; written < 100; written += 1) input.write(chunk);
    await input.finish();
    expect([processed, input.bufferedMs]).toEqual([100, 0]);
  });
});
