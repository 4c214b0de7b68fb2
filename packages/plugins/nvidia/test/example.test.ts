import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { encodeMjpeg, FakeChatServer, numberedFrame, tellFrames } from '@vision-agents/testkit';
import { describe, expect, it, onTestFinished } from 'vitest';

const execute = promisify(execFile);
const example = fileURLToPath(new URL('../example/watch.ts', import.meta.url));

/** Runs it with the variables of `.env.example`, which are empty, and these. */
async function run(environment: object, ...args: string[]): Promise<string> {
  const unset = { NVIDIA_API_KEY: '', OPENAI_BASE_URL: '', OPENAI_API_KEY: '', OPENAI_MODEL: '' };
  const env = { ...process.env, ...unset, ...environment };
  const { stdout } = await execute(process.execPath, [example, ...args], { env });
  return stdout;
}

/** A video of a second, whose frames have the numbers 1 to 10. */
async function video(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'nvidia-example-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const frames = Array.from({ length: 10 }, (_, index) => numberedFrame(index + 1));
  await writeFile(join(folder, 'clip.mjpeg'), await encodeMjpeg(frames));
  return join(folder, 'clip.mjpeg');
}

describe('the example', { timeout: 30_000 }, () => {
  it('runs against the fake, with a moving pattern', async () => {
    expect(await run({})).toMatch(/answer +I see frames \d/);
  });

  it('runs against a server of yours, with a file', async () => {
    const server = new FakeChatServer({ apiKey: 'none' });
    await server.start();
    onTestFinished(() => server.stop());
    server.reply({ text: tellFrames });
    const environment = { OPENAI_BASE_URL: `${server.url}/v1`, OPENAI_MODEL: 'llama' };
    expect(await run(environment, await video(), 'What happens?')).toMatch(
      /question What happens\?[^]*answer +I see frames 1, /,
    );
    server.assertDone();
  });
});
