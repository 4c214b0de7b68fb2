import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { resultSchema } from '../../src/result.ts';
import type { Result } from '../../src/result.ts';
import { bin, plainEnvironment, runCli } from '../support/cli.ts';
import type { CliRun } from '../support/cli.ts';
import { always, FakeService, selfSigned, serve } from '../support/services.ts';

const key = 'sk-acme-Zx81pQ7vLm30TtRw';
const withKey = ['--api-key-env', 'ACME_API_KEY'];

/** Runs a check twice, for a person and for a program. No key is ever in what it prints. */
async function check(
  url: string,
  { args = [], env = { ACME_API_KEY: key } }: { args?: string[]; env?: NodeJS.ProcessEnv } = {},
): Promise<{ human: CliRun; result: Result }> {
  const [human, json] = await Promise.all([
    runCli(tmpdir(), ['check', url, ...args], env),
    runCli(tmpdir(), ['check', url, ...args, '--json', '--verbose'], env),
  ]);
  for (const { stdout, stderr } of [human, json]) {
    for (const secret of [key, key.slice(-6), Buffer.from(key).toString('base64')])
      expect(stdout + stderr).not.toContain(secret);
  }
  const result = resultSchema.parse(JSON.parse(json.stdout));
  expect(json).toMatchObject({ exitCode: human.exitCode, stderr: '' });
  expect(result).toMatchObject({
    command: 'check',
    exitCode: human.exitCode,
    ok: human.exitCode === 0,
  });
  return { human, result };
}

/** `yes` and `no` by probe. */
function statuses({ check: found }: Result): Record<string, string> {
  return Object.fromEntries(found?.findings.map(({ probe, status }) => [probe, status]) ?? []);
}

function detailOf({ check: found }: Result, wanted: string): string | undefined {
  return found?.findings.find(({ probe }) => probe === wanted)?.detail;
}

describe('a service that speaks the protocol', () => {
  test('in full: all that works, and the code that uses it', async () => {
    await using service = await FakeService.start({ key, greeting: { type: 'session.created' } });
    const { human, result } = await check(`${service.url}/v1`, { args: withKey });

    expect(human.exitCode).toBe(0);
    expect(Object.values(statuses(result))).toEqual(Array<string>(6).fill('yes'));
    expect(human.stdout).toMatch(/^ {2}tool calls +yes/m);
    expect(human.stdout).toContain('No plugin is needed:');
    expect(human.stdout).toContain("apiKey: process.env['ACME_API_KEY'],");
    expect(human.stderr.split('\n').at(0)).toBe('GET /models');
    expect(result.check).toMatchObject({ model: 'acme-large', needsPlugin: false });
    expect(result.check?.code).toContain('new ChatCompletionsVLM({');
    expect(result.next).toEqual(['npm install @vision-agents/plugin-openai']);
    service.assertDone();
    const limits = service.requests.flatMap((request) =>
      request.method === 'POST' ? [String(Reflect.get(Object(request.json()), 'max_tokens'))] : [],
    );
    expect(Math.max(...limits.map(Number))).toBeLessThanOrEqual(256);
  });

  test('below the address that was given', async () => {
    await using service = await FakeService.start({ key });
    const { human, result } = await check(`${service.url}/`, { args: withKey });
    expect(human.exitCode).toBe(0);
    expect(result.check).toMatchObject({ url: service.url, baseUrl: `${service.url}/v1` });
    expect(human.stderr).toContain(`The protocol is spoken at ${service.url}/v1`);
    expect(human.stdout).toContain(`baseUrl: '${service.url}/v1'`);
  });

  test('at an endpoint that was given for the service, with the scheme of sockets', async () => {
    await using service = await FakeService.start({ key });
    const url = `${service.url.replace('http', 'ws')}/v1/chat/completions/`;
    const { result } = await check(url, { args: withKey });
    expect(result.check).toMatchObject({ baseUrl: `${service.url}/v1`, needsPlugin: false });
  });

  test('with the model that was named', async () => {
    await using service = await FakeService.start({ key });
    const { result } = await check(`${service.url}/v1`, { args: [...withKey, '--model', "it's"] });
    expect(service.prompts.every(({ model }) => model === "it's")).toBe(true);
    expect(result.check?.code).toContain(`model: "it's",`);
  });

  test.for([
    ['that answers whole', { whole: true }, { streaming: 'yes' }],
    ['that ends without a word', { done: false }, { streaming: 'yes' }],
    ['that sends calls whole', { calls: 'without-index' as const }, { tools: 'yes' }],
    [
      'that begins with an empty chunk',
      { emptyChoices: true },
      { streaming: 'yes', images: 'yes' },
    ],
  ] as const)('in its own way: %s', async ([, dialect, expected]) => {
    await using service = await FakeService.start({ key, dialect });
    const { human, result } = await check(`${service.url}/v1`, { args: withKey });
    expect(human.exitCode).toBe(0);
    expect(statuses(result)).toMatchObject(expected);
  });

  test('in part: a model that calls nothing and sees nothing', async () => {
    await using service = await FakeService.start({ key });
    service.answerTo = () => ({ text: 'Hello.' });
    const { human, result } = await check(`${service.url}/v1`, { args: withKey });
    expect(human.exitCode).toBe(0);
    expect(statuses(result)).toMatchObject({
      streaming: 'yes',
      tools: 'no',
      images: 'no',
      realtime: 'no',
    });
    expect(human.stdout).not.toContain('ChatCompletionsVLM');
    expect(human.stderr).toContain('An agent with functions needs another model');
  });

  test('with another name for the limit on an answer', async () => {
    await using server = await serve((request, response, body) => {
      const about = (message: string): void =>
        always({ error: { message } }, 400)(request, response, body);
      if (request.method === 'GET') return about('no models');
      if (body.includes('"max_tokens"'))
        return about("Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.");
      always({ choices: [{ message: { role: 'assistant', content: 'red' } }] })(
        request,
        response,
        body,
      );
    });
    const { result } = await check(`${server.url}/v1`, { args: ['--model', 'o'] });
    expect(statuses(result)).toMatchObject({ chat: 'yes', streaming: 'yes', images: 'yes' });
  });

  test('sessions that begin otherwise are no realtime', async () => {
    await using service = await FakeService.start({ key, greeting: { type: 'welcome' } });
    const { result } = await check(`${service.url}/v1`, { args: withKey });
    expect(statuses(result)).toMatchObject({ streaming: 'yes', realtime: 'no' });
    expect(detailOf(result, 'realtime')).toBe('accepts, and speaks another protocol');
  });

  test('a complaint instead of a session is told', async () => {
    const greeting = { type: 'error', error: { message: `no such voice for ${key}` } };
    await using service = await FakeService.start({ key, greeting });
    const { result } = await check(`${service.url}/v1`, { args: withKey });
    expect(detailOf(result, 'realtime')).toContain('no such voice for [key]');
  });
});

describe('a service behind a key', () => {
  test('without one, the flag is named', async () => {
    await using service = await FakeService.start({ key });
    const { human, result } = await check(`${service.url}/v1`, { args: ['--model', 'm'] });
    expect(human.exitCode).toBe(6);
    expect(result.error).toMatchObject({
      code: 'E_CHECK_KEY',
      fix: `npx create-vision-plugin check ${service.url}/v1 --model m --api-key-env ACME_API_KEY`,
    });
    expect(statuses(result)).toMatchObject({ models: 'no', chat: 'no', streaming: 'not-tried' });
  });

  test('a wrong one is not shown, however often the server repeats it', async () => {
    const echo = `Incorrect API key provided: ${key.slice(0, 8)}****${key.slice(-4)}, or ${key}`;
    await using server = await serve((request, response) => {
      response.writeHead(request.method === 'GET' ? 500 : 401, {
        'content-type': 'application/json',
      });
      response.end(JSON.stringify({ error: { message: echo, key } }));
    });
    const { human, result } = await check(`${server.url}/v1`, { args: withKey });
    expect(human.exitCode).toBe(6);
    expect(result.error).toMatchObject({ code: 'E_CHECK_KEY' });
    expect(result.error?.message).toContain('refuses the key in ACME_API_KEY');
    expect(detailOf(result, 'models')).toBe(
      'HTTP 500: Incorrect API key provided: [key], or [key]',
    );
  });

  test('neither is one that is offered as a model, nor where a server redirects to', async () => {
    await using server = await serve(always({ data: [{ id: key }, { id: 'm' }], error: key }));
    const { result } = await check(`${server.url}/v1`, { args: withKey });
    expect(result.check?.model).toBe('m');
    await using away = await serve((_, response) => {
      response.writeHead(302, { location: `https://127.0.0.1:1/${key}/?k=${key}` }).end();
    });
    const { human } = await check(`${away.url}/v1`, { args: withKey });
    expect(human.stdout).toContain('HTTP 302: redirects to https://127.0.0.1:1/[key]/');
  });
});

describe('what is no such service', () => {
  test('a web page, whatever is asked', async () => {
    await using server = await serve((_, response) => {
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end('<h1>Hello</h1>');
    });
    const { human, result } = await check(server.url);
    expect(human.exitCode).toBe(6);
    expect(result.error).toMatchObject({
      code: 'E_CHECK_NEEDS_PLUGIN',
      fix: `npx create-vision-plugin acme --type llm --transport http --base-url ${server.url}`,
    });
    expect(result.check?.needsPlugin).toBe(true);
    expect(human.stdout).toContain('a web page, not an API');
    expect(server.requests.map(({ url }) => url)).toContain('/v1/chat/completions');
  });

  test.for([
    ['another API', always({ hello: 'world' }), 'JSON that is no list of models'],
    [
      'an API that says 200 and means 404',
      always({ error: 'Unexpected endpoint (GET /models)' }),
      'Unexpected endpoint',
    ],
    [
      'an API that knows nothing of it',
      always({ detail: 'Not Found' }, 404),
      'HTTP 404: Not Found',
    ],
    ['something that is no JSON', always(undefined), 'no JSON'],
  ] as const)('%s', async ([, handler, says]) => {
    await using server = await serve((request, response, body) => {
      if (says === 'no JSON') response.end('hello');
      else handler(request, response, body);
    });
    const { human, result } = await check(`${server.url}/v1`);
    expect(human.exitCode).toBe(6);
    expect(result.error?.code).toBe('E_CHECK_NEEDS_PLUGIN');
    expect(detailOf(result, 'models')).toContain(says);
    expect(statuses(result)).toMatchObject({ chat: 'no', streaming: 'not-tried', realtime: 'no' });
  });

  test('text of a server moves no cursor and makes no lines', async () => {
    await using server = await serve(
      always({ error: `\u001B[2Jgone\n\nE_OK  all is well ${'x'.repeat(999)}` }, 500),
    );
    const { human } = await check(`${server.url}/v1`);
    expect(human.stdout + human.stderr).not.toContain('\u001B');
    expect(human.stdout).toContain('HTTP 500: [2Jgone E_OK all is well xxx');
    expect(human.stdout).not.toContain('x'.repeat(200));
  });
});

describe('what can not be reached', () => {
  test('nothing listens', async () => {
    const server = await serve(always({}));
    await server[Symbol.asyncDispose]();
    const { human, result } = await check(`${server.url}/v1`);
    expect(human.exitCode).toBe(6);
    expect(result.error).toMatchObject({ code: 'E_CHECK_UNREACHABLE' });
    expect(result.error?.message).toContain('nothing listens there');
    expect(statuses(result)['chat']).toBe('not-tried');
  });

  test('a redirection is told and not followed', async () => {
    await using elsewhere = await serve(always({ data: [] }));
    await using server = await serve((_, response) => {
      response.writeHead(301, { location: `${elsewhere.url}/v1/models?token=abc` }).end();
    });
    const { human, result } = await check(`${server.url}/v1`, { args: withKey });
    expect(human.exitCode).toBe(6);
    expect(result.error?.message).toContain(`redirects to ${elsewhere.url}/v1/models.`);
    expect(human.stdout).not.toContain('token');
    expect(elsewhere.requests).toEqual([]);
  });

  test('a certificate that is not trusted', async () => {
    const pair = await selfSigned();
    await using server = await serve(always({ data: [] }), pair);
    const { human, result } = await check(`${server.url}/v1`, { args: withKey });
    expect(human.exitCode).toBe(6);
    expect(result.error).toMatchObject({
      code: 'E_CHECK_UNREACHABLE',
      fix: `NODE_EXTRA_CA_CERTS=ca.pem npx create-vision-plugin check ${server.url}/v1 --api-key-env ACME_API_KEY`,
    });
    expect(server.requests).toEqual([]);
  });

  test('TLS where there is none', async () => {
    await using server = await serve(always({ data: [] }));
    const { result } = await check(`${server.url.replace('http', 'https')}/v1`);
    expect(result.error).toMatchObject({
      code: 'E_CHECK_UNREACHABLE',
      fix: `npx create-vision-plugin check ${server.url}/v1`,
    });
  });

  test('a connection that breaks', async () => {
    await using server = await serve((request) => request.socket.destroy());
    const { human, result } = await check(`${server.url}/v1`);
    expect(human.exitCode).toBe(6);
    expect(result.error).toMatchObject({ code: 'E_CHECK_NO_ANSWER' });
  });
});

describe('a service that is slow', () => {
  test('each question has its time, and what can not help is left out', async () => {
    await using service = await FakeService.start({ key });
    service.stall();
    const args = [...withKey, '--timeout', '0.3'];
    const { human, result } = await check(`${service.url}/v1`, { args });
    expect(human.exitCode).toBe(6);
    expect(result.error).toMatchObject({
      code: 'E_CHECK_NO_ANSWER',
      fix: `npx create-vision-plugin check ${service.url}/v1 ${withKey.join(' ')} --timeout 2`,
    });
    expect(human.stderr).toMatch(/^GET \/models\nPOST \/chat\/completions\n/);
    expect(statuses(result)).toMatchObject({
      models: 'unclear',
      chat: 'unclear',
      tools: 'not-tried',
    });
    expect(detailOf(result, 'chat')).toBe('no answer within 300 ms');
  });

  test('also one that begins and never ends', async () => {
    await using server = await serve((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).write('{');
    });
    const { result } = await check(`${server.url}/v1`, { args: ['--timeout', '0.3'] });
    expect(result.error).toMatchObject({ code: 'E_CHECK_NO_ANSWER' });
  });

  test('one with too much to do is not taken for another protocol', async () => {
    await using server = await serve(always({ error: { message: 'slow down' } }, 429));
    const { result } = await check(`${server.url}/v1`);
    expect(result.error).toMatchObject({ code: 'E_CHECK_NO_ANSWER' });
    expect(result.check).not.toHaveProperty('needsPlugin');
  });
});

describe('a model that can not be asked', () => {
  test.for([
    ['unknown', { error: { message: "model 'm' not found" } }, 404, 'E_CHECK_MODEL'],
    ['not for chat', { error: { message: 'This is not a chat model' } }, 404, 'E_CHECK_MODEL'],
  ] as const)('%s', async ([, answer, status, code]) => {
    await using server = await serve((request, response, body) =>
      request.method === 'GET'
        ? always({ data: [{ id: 'm' }] })(request, response, body)
        : always(answer, status)(request, response, body),
    );
    const { human, result } = await check(`${server.url}/v1`);
    expect(human.exitCode).toBe(6);
    expect(result.error).toMatchObject({
      code,
      fix: `npx create-vision-plugin check ${server.url}/v1 --model <name>`,
    });
  });
});

describe('what is refused before anything is asked', () => {
  test.for([
    ['no address', [], {}, 'E_INPUT_NEEDED', 'check http://localhost:11434/v1'],
    ['no scheme', ['localhost:11434/v1'], {}, 'E_URL_INVALID', 'check http://localhost:11434/v1'],
    ['a file', ['file:///etc/passwd'], {}, 'E_URL_INVALID', 'https://api.acme.example/v1'],
    [
      'a user in it',
      [`https://me:${key}@a.example/v1`],
      {},
      'E_URL_INVALID',
      'check https://a.example/v1 --api-key-env ACME_API_KEY',
    ],
    [
      'a key in it',
      [`https://api.openai.com/v1?key=${key}`],
      {},
      'E_URL_INVALID',
      '--api-key-env OPENAI_API_KEY',
    ],
    ['a key for a flag', ['http://a.example', '--api-key', key], {}, 'E_USAGE', '--api-key-env'],
    [
      'a key with the flag',
      ['http://a.example', `--api-key=${key}`],
      {},
      'E_USAGE',
      '--api-key-env',
    ],
    ['a flag with a key', ['http://a.example', `--token=${key}`], {}, 'E_FLAG_UNKNOWN', '--help'],
    [
      'a key for its variable',
      ['http://a.example', '--api-key-env', key],
      {},
      'E_FLAG_INVALID',
      '--api-key-env ACME_API_KEY',
    ],
    [
      'a variable that is not set',
      ['http://a.example', ...withKey],
      {},
      'E_KEY_MISSING',
      'ACME_API_KEY',
    ],
    [
      'a key in two lines',
      ['http://a.example', ...withKey],
      { ACME_API_KEY: `${key}\n${key}` },
      'E_KEY_MISSING',
      'Copy the key again',
    ],
    [
      'a flag without its value',
      [`https://me:${key}@a.example/v1`, '--model', '--quiet'],
      {},
      'E_FLAG_INVALID',
      'check https://a.example/v1 --model <value> --quiet',
    ],
    ['a key beside the address', ['http://a.example', key], {}, 'E_USAGE', '--help'],
    ['no time', ['http://a.example', '--timeout', '0'], {}, 'E_FLAG_INVALID', '--help'],
    ['no name of a model', ['http://a.example', '--model', ' '], {}, 'E_FLAG_INVALID', '--help'],
    ['two addresses', ['http://a.example', 'http://b.example'], {}, 'E_USAGE', '--help'],
    [
      'a slip behind a flag in front',
      [`https://me:${key}@a.example/v1`, '--modle', 'x'],
      {},
      'E_FLAG_UNKNOWN',
      '--verbose check https://a.example/v1 --model x',
      ['--verbose'],
    ],
    [
      "another command's flag in front",
      ['http://a.example'],
      {},
      'E_USAGE',
      'check --help',
      ['--dry-run'],
    ],
  ] as const)('%s', async ([, words, env, code, fix, before = []]) => {
    const args = [...before, 'check', ...words];
    const [human, json] = await Promise.all([
      runCli(tmpdir(), args, env),
      runCli(tmpdir(), [...args, '--json', '--verbose'], env),
    ]);
    expect(human).toMatchObject({ exitCode: 2, stdout: '' });
    expect(human.stderr.startsWith(`${code}  `)).toBe(true);
    expect(human.stderr).toContain(fix);
    expect(json.exitCode).toBe(2);
    expect(resultSchema.parse(JSON.parse(json.stdout)).error?.code).toBe(code);
    expect(human.stderr + json.stdout + json.stderr).not.toContain(key.slice(-8));
  });
});

test('it can be interrupted, also while a server says nothing', async () => {
  await using service = await FakeService.start({ key });
  service.stall();
  const child = spawn(process.execPath, [bin, 'check', `${service.url}/v1`], {
    cwd: tmpdir(),
    env: plainEnvironment(),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  child.stderr.once('data', () => child.kill('SIGINT'));
  const [stderr, [exitCode]] = await Promise.all([text(child.stderr), once(child, 'close')]);
  expect(exitCode).toBe(130);
  expect(stderr).toContain('E_INTERRUPTED');
});
