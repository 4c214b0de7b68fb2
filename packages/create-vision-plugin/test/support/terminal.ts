import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { bin, plainEnvironment } from './cli.ts';

/** The command on a pseudo-terminal made by util-linux's `script`. */
export class Terminal implements AsyncDisposable {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  #screen = '';
  #seen = 0;
  readonly exited: Promise<unknown[]>;

  /** The signal is the test's: a question that never comes ends with it. `BIN` in `env` is another command to run. */
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
