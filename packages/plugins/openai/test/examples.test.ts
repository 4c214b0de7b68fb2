import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { FakeChatServer, type FakePrompt } from '@vision-agents/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const execute = promisify(execFile);
const folder = fileURLToPath(new URL('../example', import.meta.url));

/** A server that somebody runs, which needs no key. */
const server = new FakeChatServer({ apiKey: 'none' });
const asksForTools = ({ tools, messages }: FakePrompt): boolean =>
  tools.length > 0 && messages.every(({ role }) => role !== 'tool');

beforeAll(async () => {
  await server.start();
  server.answerTo = (prompt) =>
    asksForTools(prompt) ? { toolCalls: [{ name: 'get_time' }] } : { text: 'It is time.' };
});
afterAll(() => server.stop());

async function run(name: string, args: readonly string[], environment: object): Promise<string> {
  const { OPENAI_API_KEY: _key, OPENAI_BASE_URL: _url, ...others } = process.env;
  const env = { ...others, ...environment };
  const { stdout } = await execute(process.execPath, [`${name}.ts`, ...args], { cwd: folder, env });
  return stdout;
}

describe('the examples', { timeout: 30_000 }, () => {
  it.each<[name: string, args: string[], says: RegExp]>([
    ['chat', ['How late?'], /question How late\?[^]*get_time[^]*answer +Let me see\. It is /],
    ['say', [], /of audio, the last/],
    ['talk', [], /Good morning, I would like to book a table for two\.[^]*The last answer, \d/],
    ['watch', [], /I was shown \d pictures[^]*jpeg of 320×180 pixels arrived, frame 1\./],
  ])('run against the fake: %s %j', async (name, args, says) => {
    expect(await run(name, args, {})).toMatch(says);
  });

  it.each([
    ['nothing else set', {}],
    ['the key of .env.example, which is empty', { OPENAI_API_KEY: '' }],
  ])('run against a server of yours, with %s', async (_what, key) => {
    const args = ['--chat', '--model', 'llama'];
    const output = await run('chat', args, { ...key, OPENAI_BASE_URL: `${server.url}/v1` });
    expect(output).toContain(`The provider is the real one, ${server.url}/v1.`);
    expect(output).toMatch(/called +get_time[^]*answer +It is time\./);
    server.assertDone();
  });
});
