import type { PcmData } from '@vision-agents/core';
import { recordings } from '@vision-agents/testkit';
import { expect, it } from 'vitest';
import { TurnDetection } from './acme-turn-detection.ts';
import { watch } from './use-turn-detection.ts';

async function* speech(): AsyncGenerator<PcmData> {
  yield* recordings.ada.pcm().chunks(320);
}

it('prints who begins and who ends', async () => {
  const printed: unknown[] = [];
  await watch(speech(), new TurnDetection(), (type) => void printed.push(type));
  expect(printed).toEqual(['turn-started', 'turn-ended', 'turn-started', 'turn-ended']);
});
