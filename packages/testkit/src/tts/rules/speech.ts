import { strict as assert } from 'node:assert';
import {
  MONO_8K,
  TTSSynthesisCompleteEvent,
  TTSSynthesisStartEvent,
  type AudioFormat,
} from '@vision-agents/core';
import type { Rule } from '../../contract/rule.ts';
import { toneSpeechMs } from '../../speech/index.ts';
import { audioOf, LONG_TEXT, readAll, textOf, type TTSBench } from '../tts-bench.ts';

const formats: readonly AudioFormat[] = [
  { sampleRate: 48_000, channels: 2, format: 'f32' },
  { sampleRate: 24_000, channels: 1, format: 's16' },
  MONO_8K,
];
/** A resampler has no say in more than the rounding of the last frame. */
const TOLERANCE_MS = 0.2;

async function* piecesOf(text: string): AsyncGenerator<string, void, undefined> {
  yield '';
  for (const word of text.split(/(?<= )/)) {
    await new Promise(setImmediate);
    yield word;
  }
}

export const speechRules: readonly Rule<TTSBench>[] = [
  {
    id: 'speaks-the-text',
    title: 'gives all of the audio, sample by sample, at 16 kHz mono s16 until told otherwise',
    async run(bench) {
      const { tts } = await bench.start();
      for (const text of ['Hello there.', LONG_TEXT, 'Grüße, 你好!']) {
        const chunks = await readAll(tts.send(text));
        const pcm = audioOf(chunks);
        assert(pcm, `"${text}" must be given audio`);
        const { sampleRate, channels, format } = pcm;
        assert.deepEqual([sampleRate, channels, format], [16_000, 1, 's16'], 'the format');
        assert.equal(textOf(chunks), text, 'what is heard must be what was sent');
        const missingMs = toneSpeechMs(text) - pcm.durationMs;
        assert(Math.abs(missingMs) < TOLERANCE_MS, `${missingMs} ms of the audio are missing`);
      }
      assert.deepEqual(bench.provider.violations, [], 'the provider must have no complaint');
    },
  },
  {
    id: 'any-output-format',
    title: 'gives the format that the call asks for',
    async run(bench) {
      const { tts } = await bench.start();
      for (const format of formats) {
        tts.setOutputFormat(format);
        const chunks = await readAll(tts.send('Hello there.'));
        const pcm = audioOf(chunks);
        assert(pcm, 'there must be audio');
        const given = { sampleRate: pcm.sampleRate, channels: pcm.channels, format: pcm.format };
        assert.deepEqual(given, { ...format }, 'the audio must be in the format of the call');
        assert.equal(textOf(chunks), 'Hello there.', `what is heard at ${format.sampleRate} Hz`);
      }
    },
  },
  {
    id: 'ends-with-one-final-chunk',
    title: 'numbers the chunks of a text, and ends them with one that is final',
    async run(bench) {
      const { tts } = await bench.start();
      const speeches = [await readAll(tts.send('One.')), await readAll(tts.send('Two.'))];
      for (const [which, chunks] of speeches.entries()) {
        const indexes = chunks.map(({ index }) => index);
        assert.deepEqual(indexes, [...chunks.keys()], 'chunks are numbered from 0, for each text');
        const finals = chunks.map(({ final }) => final);
        assert.deepEqual(
          finals,
          finals.map((_, index) => index === chunks.length - 1),
          'the last chunk is final, and no other',
        );
        const early = chunks.find(({ final, pcm }) => !final && (pcm?.frames ?? 0) === 0);
        assert.equal(early, undefined, 'only a final chunk may have no audio');
        assert.equal(new Set(chunks.map(({ synthesisId }) => synthesisId)).size, 1);
        assert.equal(chunks.at(-1)?.text, which === 0 ? 'One.' : 'Two.');
      }
      const ids = speeches.map(([chunk]) => chunk?.synthesisId);
      assert.notEqual(ids[0], ids[1], 'two texts must be told apart by their synthesisId');
    },
  },
  {
    id: 'nothing-to-say',
    title: 'asks nothing of the provider for a text in which there is nothing to say',
    async run(bench) {
      const { tts } = await bench.start();
      for (const text of ['', ' \n', '🎉', '**']) {
        const chunks = await readAll(tts.send(text));
        assert.deepEqual(
          chunks.map(({ final, pcm }) => [final, pcm]),
          [[true, undefined]],
          `${JSON.stringify(text)} must give one final chunk without audio`,
        );
      }
      assert.deepEqual(bench.provider.voice.texts, [], 'the provider must not be asked');
      assert.equal(textOf(await readAll(tts.send('7'))), '7', 'a digit can be said');
    },
  },
  {
    id: 'two-at-once',
    title: 'gives each of two texts that are sent at once its own speech',
    async run(bench) {
      const { tts } = await bench.start();
      const [first, second] = await Promise.all([
        readAll(tts.send('The first of two.')),
        readAll(tts.send('And this is the second.')),
      ]);
      assert.equal(textOf(first), 'The first of two.', 'the speech of the first text');
      assert.equal(textOf(second), 'And this is the second.', 'the speech of the second text');
    },
  },
  {
    id: 'text-in-pieces',
    title: 'speaks a text that comes in piece by piece as one',
    async run(bench) {
      const { tts } = await bench.start();
      const chunks = await readAll(tts.send(piecesOf(LONG_TEXT)));
      assert.equal(textOf(chunks), LONG_TEXT, 'what is heard must be the whole text');
      assert.equal(chunks.at(-1)?.text, LONG_TEXT, 'the final chunk must know the whole text');
      assert.deepEqual(bench.provider.voice.texts, [LONG_TEXT], 'it must be spoken as one text');
    },
  },
  {
    id: 'tells-what-it-did',
    title: 'tells when it began to speak, and at the end how long it took and what it came to',
    async run(bench) {
      const { tts, events } = await bench.start();
      const chunks = await readAll(tts.send('Hello there.'));
      const starts = events.filter((event) => event instanceof TTSSynthesisStartEvent);
      const completes = events.filter((event) => event instanceof TTSSynthesisCompleteEvent);
      assert.deepEqual([starts.length, completes.length], [1, 1], 'one start and one end');
      const [complete] = completes;
      assert(complete);
      assert.equal(complete.synthesisId, chunks[0]?.synthesisId, 'the synthesisId of the chunks');
      assert.equal(complete.characters, 'Hello there.'.length, 'the characters');
      const missingMs = toneSpeechMs('Hello there.') - complete.audioDurationMs;
      assert(Math.abs(missingMs) < TOLERANCE_MS, 'audioDurationMs must be that of the audio');
      assert(complete.timeToFirstAudioMs > 0, 'timeToFirstAudioMs must be measured');
      assert(complete.realTimeFactor > 0, 'realTimeFactor must be measured');
    },
  },
];
