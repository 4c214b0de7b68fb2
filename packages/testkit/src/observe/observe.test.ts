import { Processor } from '@vision-agents/core';
import { expect, it } from 'vitest';
import { ReferenceProcessor, testInput } from '../../test/processor/reference-processor.ts';
import { recordings } from '../speech/index.ts';
import { NumberedTrack } from '../video/index.ts';
import { observe } from './index.ts';

it('prints what a processor tells, publishes and knows, and closes it', async () => {
  const processor = new ReferenceProcessor(testInput);
  const track = new NumberedTrack({ fps: 20, durationMs: 300 });
  const lines: string[] = [];
  const speech = recordings.ada.pcm().slice(0, 200);
  await observe(processor, { track, speech, print: (line) => lines.push(line) });
  const text = lines.join('\n');
  expect(lines[0]).toBe('It watches the track "numbered", at most 10 frames a second of it …\n');
  expect(text).toMatch(/\d s {2}frame at \d+ ms: bright 90 % at \d+,\d+ of 1×1/);
  expect(text).toMatch(/\n[56] frames passed, [234] were processed, 0 skipped\.\n\d frames were/);
  expect(text).toContain('It hears Ada …');
  expect(lines.at(-1)).toMatch(/^\nWhat a model is told: \{"bright":.*"who":"Ada"/);
  expect([processor.closed, track.readers]).toEqual([true, 0]);
});

it('says so of one that has nothing to tell', async () => {
  class Idle extends Processor {
    override readonly name = 'idle';
  }
  const lines: string[] = [];
  await observe(new Idle({ provider: 'idle' }), { print: (line) => lines.push(line) });
  expect(lines).toEqual(['\nWhat a model is told: nothing']);
});
