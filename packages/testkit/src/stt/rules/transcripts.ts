import { strict as assert } from 'node:assert';
import type { Transcript } from '@vision-agents/core';
import { PcmData } from '@vision-agents/core/audio';
import type { Rule } from '../../contract/rule.ts';
import { recordings } from '../../speech/index.ts';
import { finals, type STTBench } from '../stt-bench.ts';

export const transcriptRules: readonly Rule<STTBench>[] = [
  {
    id: 'only-what-was-said',
    title: 'puts out just what the provider said, and nothing for silence',
    async run(bench) {
      const observed = await bench.start();
      bench.speak(
        observed.stt,
        PcmData.silence(2_000, { sampleRate: 16_000, channels: 1, format: 's16' }),
      );
      if (bench.provider.transport === 'socket')
        await bench.provider.expectAudio({ durationMs: 1_900 });
      else await new Promise(setImmediate);
      assert.deepEqual(observed.items, [], 'silence must yield nothing');
      await bench.speakInTurn(observed.stt, [{ pcm: recordings.ben.pcm() }]);
      for (const { text } of recordings.ben.sentences) await bench.final(observed, text);
      assert.deepEqual(
        finals(observed.items).map(({ text }) => text),
        recordings.ben.sentences.map(({ text }) => text),
        'each sentence must come out once',
      );
    },
  },
  {
    id: 'no-empty-text',
    title: 'puts out no transcript without text',
    async run(bench) {
      const observed = await bench.start();
      const [first, second] = [bench.sentence(0), bench.sentence(1)];
      if (bench.provider.transport === 'socket') {
        bench.speak(observed.stt, first.pcm.slice(0, 200));
        await bench.provider.expectAudio({ durationMs: 100 });
      }
      for (const text of ['', '   ']) {
        if (bench.provider.transport === 'socket') await bench.socket.partial(text);
        await bench.provider.final(text);
        if (bench.provider.transport !== 'socket')
          await bench.speakInTurn(observed.stt, [{ pcm: first.pcm }]);
      }
      bench.speak(observed.stt, second.pcm);
      await bench.final(observed, second.text);
      const empty = observed.items.filter(
        (item) => item.type === 'transcript' && item.text.trim() === '',
      );
      assert.deepEqual(empty, [], 'no transcript may be empty, partial or final');
      assert.deepEqual(
        finals(observed.items).map(({ text }) => text),
        [second.text],
        'a provider that says nothing must put out nothing',
      );
    },
  },
];

/** Rules for a provider that tells words while they are said. */
export const partialRules: readonly Rule<STTBench>[] = [
  {
    id: 'partials-belong-to-their-final',
    title:
      'gives the partial transcripts of a turn the id of its final one, and the next turn another',
    async run(bench) {
      const observed = await bench.start();
      await bench.speakInTurn(observed.stt, [{ pcm: recordings.ada.pcm() }]);
      const finalTranscripts: Transcript[] = [];
      for (const { text } of recordings.ada.sentences)
        finalTranscripts.push(await bench.final(observed, text));
      const [first, second] = finalTranscripts;
      assert(first && second);
      assert.notEqual(
        first.turnId,
        second.turnId,
        'two sentences with a pause between them are two turns',
      );
      for (const item of observed.items) {
        const expected: Transcript =
          observed.items.indexOf(item) <= observed.items.indexOf(first) ? first : second;
        if (item.type !== 'transcript') continue;
        assert.equal(
          item.turnId,
          expected.turnId,
          `"${item.text}" must have the turnId of "${expected.text}"`,
        );
      }
      const partials = observed.items.filter(
        (item) => item.type === 'transcript' && item.mode === 'partial',
      );
      assert(partials.length > 0, 'words must come out as partial transcripts while they are said');
    },
  },
];
