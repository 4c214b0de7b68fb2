import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { FakeChatServer } from '@vision-agents/testkit';
import { describe, expect, it, onTestFinished } from 'vitest';

const execute = promisify(execFile);
const example = fileURLToPath(new URL('../example/chat.ts', import.meta.url));

/** Runs it with the variables of `.env.example`, which are empty, and these. */
async function run(environment: object, ...args: string[]): Promise<string> {
  const unset = {
    OPENROUTER_API_KEY: '',
    OPENAI_BASE_URL: '',
    OPENAI_API_KEY: '',
    OPENAI_MODEL: '',
  };
  const env = { ...process.env, ...unset, ...environment };
  const { stdout } = await execute(process.execPath, [example, ...args], { env });
  return stdout;
}

describe('the example', { timeout: 30_000 }, () => {
  it('runs against the fake', async () => {
    expect(await run({})).toMatch(/called +get_time[^]*answer +Let me see\. It is /);
  });

  it('runs against a server of yours', async () => {
    const server = new FakeChatServer({ apiKey: 'none' });
    await server.start();
    onTestFinished(() => server.stop());
    server.reply({ toolCalls: [{ name: 'get_time' }] });
    server.reply({ text: 'It is time.' });
    const output = await run({ OPENAI_BASE_URL: `${server.url}/v1`, OPENAI_MODEL: 'llama' });
    expect(output).toMatch(/called +get_time[^]*answer +It is time\./);
    expect(server.prompts.map(({ model }) => model)).toEqual(['llama', 'llama']);
    server.assertDone();
  });
});
