import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export const repository = fileURLToPath(new URL('../..', import.meta.url));

const execute = promisify(execFile);

/** A folder outside the repository, and commands that see nothing of the run they are in or of this machine's npm. */
export interface Sandbox extends AsyncDisposable {
  path(...segments: string[]): string;
  write(files: Readonly<Record<string, string | object>>): Promise<void>;
  /** Lets npm ask this registry from now on, for everything. */
  useRegistry(url: string): Promise<void>;
  /**
   * Runs a command with Node's and npm's folders on the path, none of the repository's tools. Returns what it printed.
   *
   * @throws Error with all that it printed, when it fails; its cause has the exit code as `code`
   */
  run(folder: string, command: string, args: readonly string[], how?: RunOptions): Promise<string>;
}

/** Who runs a command, by default whoever runs the tests, and for how long at most. */
export interface RunOptions {
  readonly uid?: number | undefined;
  readonly gid?: number | undefined;
  /** What differs in the environment. */
  readonly env?: NodeJS.ProcessEnv | undefined;
  /** In milliseconds; three minutes unless given. */
  readonly timeoutMs?: number | undefined;
}

export async function makeSandbox(): Promise<Sandbox> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'published-')));
  const userconfig = join(root, 'npmrc');
  const npm = await npmOf();
  const env = {
    ...plainEnvironment(),
    PATH: [dirname(process.execPath), npm, systemPath()].join(delimiter),
    HOME: root,
    CI: 'true',
    TURBO_TELEMETRY_DISABLED: '1',
    NPM_CONFIG_USERCONFIG: userconfig,
    NPM_CONFIG_GLOBALCONFIG: join(root, 'npmrc-global'),
    NPM_CONFIG_CACHE: join(root, 'npm-cache'),
  };
  const sandbox: Sandbox = {
    path: (...segments) => join(root, ...segments),
    async write(files) {
      for (const [path, content] of Object.entries(files)) {
        await mkdir(dirname(join(root, path)), { recursive: true });
        const text =
          typeof content === 'string' ? content : `${JSON.stringify(content, null, 2)}\n`;
        await writeFile(join(root, path), text);
      }
    },
    async useRegistry(url) {
      const token = `//${new URL(url).host}/:_authToken=test\n`;
      await writeFile(userconfig, `${npmSettings(url)}${token}`);
    },
    async run(folder, command, args, { uid, gid, env: more, timeoutMs = 180_000 } = {}) {
      const cwd = join(root, folder);
      try {
        const running = execute(command, [...args], {
          cwd,
          env: { ...env, ...more },
          ...(uid === undefined ? {} : { uid, gid }),
          maxBuffer: 2 ** 26,
          timeout: timeoutMs,
        });
        running.child.stdin?.end(); // a question finds no answer, instead of waiting for one
        const { stdout, stderr } = await running;
        return `${stdout}${stderr}`;
      } catch (error) {
        const printed = ['stdout', 'stderr'].map((name) =>
          String(Reflect.get(Object(error), name)),
        );
        const line = [command, ...args].join(' ');
        throw new Error(`${line} failed in ${cwd}:\n${printed.join('\n')}`, { cause: error });
      }
    },
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true, maxRetries: 3 }),
  };
  return sandbox;
}

/** What npm is told to install from this registry, and to ask nobody else. */
export function npmSettings(registry: string): string {
  const quiet = ['audit=false', 'fund=false', 'update-notifier=false'];
  return [`registry=${registry}/`, 'noproxy=127.0.0.1', ...quiet, ''].join('\n');
}

/** A setting of npm as this machine has it, or undefined when it has none. */
export async function npmSetting(name: string): Promise<string | undefined> {
  const { stdout } = await execute('npm', ['config', 'get', name], { cwd: repository });
  const value = stdout.trim();
  return value === '' || value === 'null' || value === 'undefined' ? undefined : value;
}

/** Without what npm, Vitest and Git say about the run this is in. */
function plainEnvironment(): NodeJS.ProcessEnv {
  const foreign =
    /^(?:npm_|INIT_CWD$|GIT_|VITEST|NODE_(?!EXTRA_CA_CERTS$)|TURBO_|NO_COLOR$|FORCE_COLOR$)/i;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name)));
}

export function systemPath(): string {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return folders.filter((folder) => !/[\\/]node_modules[\\/]/.test(folder)).join(delimiter);
}

/** The folder that npm was started from, when it is not on the path that {@link systemPath} leaves. */
async function npmOf(): Promise<string> {
  const { stdout } = await execute('npm', ['prefix', '--global'], { cwd: repository });
  return process.platform === 'win32' ? stdout.trim() : join(stdout.trim(), 'bin');
}
