/**
 * Lets a model watch a video, asks what it sees, and prints what it answers.
 *
 *   npm run example                                      a short moving pattern
 *   npm run example -- clip.mjpeg "What happens here?"   2 seconds of your own, best with the real service
 *
 * A video is one JPEG after the other, 10 a second: `ffmpeg -i clip.mp4 -c:v mjpeg -r 10 clip.mjpeg` makes it of any.
 *
 *   OPENAI_BASE_URL=http://localhost:8000/v1 OPENAI_MODEL=nvidia/nemotron-nano-12b-v2-vl npm run example
 */
import { resolve } from 'node:path';
import { MjpegTrack, tellFrames, watch } from '@vision-agents/testkit';
import { VLM } from '../src/index.ts';
import { FakeProvider, testOptions } from '../test/fake-vlm.ts';

const { NVIDIA_API_KEY, OPENAI_BASE_URL, OPENAI_API_KEY, OPENAI_MODEL } = process.env;
const [file, question = 'What do you see?'] = process.argv.slice(2);
// npm runs this in the plugin's folder; the path is meant from where the command was typed.
const path = file && resolve(process.env['INIT_CWD'] ?? '.', file);
const track = path ? await MjpegTrack.open(path, { durationMs: 2_000 }) : undefined;

if (NVIDIA_API_KEY) {
  console.log('The provider is NVIDIA, because NVIDIA_API_KEY is set.\n');
  await watch(new VLM({ fps: 2 }), question, { track });
} else if (OPENAI_BASE_URL) {
  console.log(`The provider is ${OPENAI_BASE_URL}, because OPENAI_BASE_URL is set.\n`);
  const options = {
    baseUrl: OPENAI_BASE_URL,
    apiKey: OPENAI_API_KEY || 'none',
    model: OPENAI_MODEL || undefined,
  };
  await watch(new VLM({ ...options, fps: 2 }), question, { track });
} else {
  const provider = new FakeProvider();
  await provider.start();
  console.log(`The provider is this plugin's own fake provider, on ${provider.url}.`);
  console.log('It reads the numbers that the frames of the pattern have in them.');
  console.log('To use the real one, set NVIDIA_API_KEY.\n');
  provider.reply({ text: tellFrames });
  await watch(new VLM({ ...testOptions(provider), fps: 2 }), question, { track });
  await provider.stop();
}
