import type { Participant } from '@vision-agents/core';
import type { Rule } from '../../contract/rule.ts';
import { finals, staysFalse, type Observed, type STTBench } from '../stt-bench.ts';

const speakers: readonly Participant[] = ['ada', 'ben', 'cem'].map((userId) => ({
  id: `p-${userId}`,
  userId,
}));

/** A request that does not wait for another one is made within this time. */
const AT_ONCE_MS = 300;

/** Lets each speaker say a sentence while the provider answers nothing. */
async function allSpeak(bench: STTBench, { stt }: Observed): Promise<void> {
  bench.provider.stall();
  for (const participant of speakers) bench.speak(stt, bench.sentence(0).pcm, participant);
  await bench.provider.changes.until('a request is made', () => bench.provider.requests.length > 0);
}

async function allAreHeard(bench: STTBench, { items }: Observed): Promise<void> {
  bench.provider.accept();
  await bench.until(
    'what each speaker said comes out once the provider answers',
    () => finals(items).length === speakers.length,
  );
}

/** Rules for a plugin that makes a request for each utterance. */
export const requestRules: readonly Rule<STTBench>[] = [
  {
    id: 'one-request-at-a-time',
    title: 'makes one request at a time, over all speakers, where it declares `serial`',
    async run(bench) {
      const observed = await bench.start();
      if (!observed.stt.serial) return;
      await allSpeak(bench, observed);
      await staysFalse(
        AT_ONCE_MS,
        'a second request is made before the first one is answered',
        bench.provider.changes,
        () => bench.provider.requests.length > 1,
      );
      await allAreHeard(bench, observed);
    },
  },
  {
    id: 'speakers-do-not-wait',
    title: 'lets no speaker wait for the request of another, unless it declares `serial`',
    async run(bench) {
      const observed = await bench.start();
      if (observed.stt.serial) return;
      await allSpeak(bench, observed);
      await bench.provider.changes.until(
        'a request is made for each speaker, also while that of another is not answered',
        () => bench.provider.requests.length >= speakers.length,
      );
      await allAreHeard(bench, observed);
    },
  },
];
