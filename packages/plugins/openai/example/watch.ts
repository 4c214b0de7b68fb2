/**
 * Shows a model a video, and asks what it sees.
 *
 *   npm run example:vlm                                          a moving pattern, written to a file first
 *   npm run example:vlm -- clip.mjpeg "What happens here?"       your own, best with the real service
 *
 *   OPENAI_BASE_URL=http://localhost:11434/v1 npm run example:vlm -- clip.mjpeg --model llama3.2-vision
 *
 * A video is one JPEG after the other, 10 a second: `ffmpeg -i clip.mp4 -c:v mjpeg -r 10 clip.mjpeg` makes it of any.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { chat, encodeMjpeg, MjpegTrack, numberedFrame, readImage } from '@vision-agents/testkit';
import { ChatCompletionsVLM } from '../src/index.ts';
import { FakeChat, testOptions } from '../test/support/fake-chat.ts';
import { giveUp, introduce, isReal, readArguments } from './environment.ts';

const { model, texts } = readArguments();
const [file, question = 'What do you see?'] = texts;
const folder = await mkdtemp(join(tmpdir(), 'vision-agents-'));
const fake = new FakeChat();

try {
  // npm runs this in the plugin's folder; the path is meant from where the command was typed.
  const path =
    file === undefined ? await writePattern() : resolve(process.env['INIT_CWD'] ?? '.', file);
  if (isReal) {
    introduce(undefined, '');
    await watch(new ChatCompletionsVLM({ model, fps: 2 }), path);
  } else {
    await fake.start();
    introduce(fake, 'It tells how many pictures it was shown.');
    fake.answerTo = ({ messages }) => {
      const shown = messages.flatMap(({ images }) => images).length;
      return { text: `I was shown ${shown} pictures.` };
    };
    await watch(new ChatCompletionsVLM({ ...testOptions(fake), model, fps: 2 }), path);
    const urls = fake.prompts.flatMap(({ messages }) => messages.flatMap(({ images }) => images));
    const pictures = await Promise.all(urls.map((url) => readImage(url)));
    for (const { width, height, format, number } of pictures)
      console.log(
        `A ${format} of ${width}×${height} pixels arrived, frame ${number ?? 'unknown'}.`,
      );
  }
} catch (error) {
  giveUp(error);
} finally {
  await fake.stop();
  await rm(folder, { recursive: true });
}

/** A moving pattern of 3 seconds, whose frames have a number in them that tests can read. */
async function writePattern(): Promise<string> {
  const path = join(folder, 'pattern.mjpeg');
  const frames = Array.from({ length: 30 }, (_, index) => numberedFrame(index + 1));
  await writeFile(path, await encodeMjpeg(frames));
  return path;
}

async function watch(vlm: ChatCompletionsVLM, path: string): Promise<void> {
  await vlm.watchVideoTrack(await MjpegTrack.open(path));
  console.log(`Watching ${path} for 2 seconds.\n`);
  await new Promise((enough) => setTimeout(enough, 2_000));
  await chat(vlm, question);
}
