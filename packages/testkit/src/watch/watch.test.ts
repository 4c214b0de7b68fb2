import { afterEach, beforeEach, expect, it } from 'vitest';
import { ReferenceVLM } from '../../test/reference/reference-vlm.ts';
import { FakeChatServer } from '../fake/index.ts';
import { NumberedTrack } from '../video/index.ts';
import { tellFrames, watch } from './index.ts';

const provider = new FakeChatServer({ apiKey: 'watch-test-key' });

beforeEach(() => provider.start());
afterEach(() => provider.stop());

const makeVLM = () =>
  new ReferenceVLM({ baseUrl: `${provider.url}/v1`, apiKey: 'watch-test-key' }, { fps: 10 });

it('prints what passed and what the model says of it, and closes it', async () => {
  provider.reply({ text: tellFrames });
  const vlm = makeVLM();
  const track = new NumberedTrack({ fps: 20, firstNumber: 7, repeat: 100, durationMs: 200 });
  const lines: string[] = [];
  await watch(vlm, 'What is it?', { track, print: (line) => lines.push(line) });
  expect(lines[0]).toBe('It watches the track "numbered", of 320×180 pixels …');
  expect(lines[1]).toMatch(/^[34] frames passed, 1 were kept: \d+ bytes of JPEG\.\n$/);
  expect(lines.join('\n')).toContain('I see frame 7.');
  expect([vlm.closed, track.readers]).toEqual([true, 0]);
});

it('says so when there is nothing to see', async () => {
  const vlm = makeVLM();
  provider.reply({ text: tellFrames });
  const items = await Array.fromAsync(vlm.simpleResponse('What is it?'));
  await vlm.close();
  expect(items.at(-1)).toMatchObject({ text: 'I see nothing.' });
});
