import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { bin, plainEnvironment } from './support/cli.ts';
import { npm } from './support/npm.ts';
import { makeWorkspace } from './support/workspace.ts';

async function isInstalled(command: string): Promise<boolean> {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const found = await Promise.all(
    folders.map((folder) =>
      access(join(folder, command), constants.X_OK).then(
        () => true,
        () => false,
      ),
    ),
  );
  return found.includes(true);
}

/** The command on a pseudo-terminal made by util-linux's `script`. */
class Terminal implements AsyncDisposable {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  #screen = '';
  #seen = 0;
  readonly exited: Promise<unknown[]>;

  /** The signal is the test's: a question that never comes ends with it. */
  constructor(
    cwd: string,
    args: readonly string[],
    signal: AbortSignal,
    env: NodeJS.ProcessEnv = {},
  ) {
    const line = ['"$NODE"', '"$BIN"', ...args].join(' ');
    this.#child = spawn('script', ['--quiet', '--return', '--command', line, '/dev/null'], {
      cwd,
      env: plainEnvironment({ NODE: process.execPath, BIN: bin, TERM: 'xterm', ...env }),
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.exited = once(this.#child, 'close');
    signal.addEventListener('abort', () => this.#child.kill());
    this.#child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.#screen += text;
    });
  }

  /** Waits for text that was not there at the last call, then types. */
  async answer(question: string, keys: string): Promise<void> {
    while (!this.#screen.slice(this.#seen).includes(question)) {
      await Promise.race([
        once(this.#child.stdout, 'data'),
        this.exited.then(() =>
          Promise.reject(new Error(`"${question}" was not asked:\n${this.#screen}`)),
        ),
      ]);
    }
    this.#seen = this.#screen.length;
    this.#child.stdin.write(keys);
  }

  async exitCode(): Promise<unknown> {
    return (await this.exited)[0];
  }

  get screen(): string {
    return this.#screen;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill();
    await this.exited;
  }
}

describe.runIf(await isInstalled('script'))('in a terminal', () => {
  test('asks for what is missing', async ({ signal }) => {
    await using workspace = await makeWorkspace();
    await using terminal = new Terminal(workspace.root, [], signal);
    await terminal.answer('What is the provider called?', 'Acme AI\r');
    await terminal.answer('What does it provide?', '\r');
    await terminal.answer('How is it reached?', '\u001B[B\r');
    await terminal.answer('Run npm install afterwards?', 'n');
    expect(await terminal.exitCode()).toBe(0);
    expect(await workspace.read('packages/plugins/acme-ai/.vision-plugin.json')).toContain(
      '"classPrefix": "AcmeAI"',
    );
    expect(await workspace.read('packages/plugins/acme-ai/src/stt.ts')).toContain('SegmentedSTT');
  });

  test.for([
    ['\r', 'install'],
    ['n', undefined],
  ] as const)('%j at the install question', async ([keys, installed], { signal }) => {
    await using workspace = await makeWorkspace(npm(0));
    const env = { npm_execpath: workspace.path('npm-cli.js') };
    await using terminal = new Terminal(workspace.root, ['acme', '--type', 'stt'], signal, env);
    await terminal.answer('Run npm install afterwards?', keys);
    expect(await terminal.exitCode()).toBe(0);
    expect(await workspace.read('installed').catch(() => undefined)).toBe(installed);
  });

  test('an empty name is answered with an example', async ({ signal }) => {
    await using workspace = await makeWorkspace();
    await using terminal = new Terminal(workspace.root, ['--type', 'stt', '--no-install'], signal);
    await terminal.answer('What is the provider called?', '\r');
    await terminal.answer('A name is needed, such as acme.', 'acme\r');
    expect(await terminal.exitCode()).toBe(0);
    expect(terminal.screen).not.toContain('Try:');
  });

  test('says what is wrong with an answer, and asks again', async ({ signal }) => {
    await using workspace = await makeWorkspace();
    await using terminal = new Terminal(workspace.root, ['--type', 'stt', '--no-install'], signal);
    await terminal.answer('What is the provider called?', '3d\r');
    await terminal.answer('three-d', '\u007F\u007Facme\r');
    expect(await terminal.exitCode()).toBe(0);
    expect(await workspace.read('packages/plugins/acme/src/stt.ts')).not.toBe('');
  });

  test.for([
    ['What is the provider called?', []],
    ['What does it provide?', ['acme']],
    ['Run npm install afterwards?', ['acme', '--type', 'stt']],
  ] as const)(
    'Ctrl-C at "%s" is exit 130, with nothing written',
    async ([question, args], { signal }) => {
      await using workspace = await makeWorkspace();
      const before = await workspace.snapshot();
      await using terminal = new Terminal(workspace.root, args, signal);
      await terminal.answer(question, '\u0003');
      expect(await terminal.exitCode()).toBe(130);
      expect(terminal.screen).toContain('E_INTERRUPTED');
      expect(await workspace.snapshot()).toEqual(before);
    },
  );

  test('--yes asks nothing there either', async ({ signal }) => {
    await using workspace = await makeWorkspace();
    await using terminal = new Terminal(workspace.root, ['acme', '--yes'], signal);
    expect(await terminal.exitCode()).toBe(2);
    expect(terminal.screen).toContain('missing: --type');
  });
});
