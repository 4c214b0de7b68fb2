import { AsyncLocalStorage } from 'node:async_hooks';

/** Runs with these environment variables unset, and sets them again. */
export async function withoutEnvironment(
  variables: readonly string[],
  run: () => void | Promise<void>,
): Promise<void> {
  const before = variables.map((variable) => [variable, process.env[variable]] as const);
  for (const variable of variables) delete process.env[variable];
  try {
    await run();
  } finally {
    for (const [variable, value] of before) if (value !== undefined) process.env[variable] = value;
  }
}

const watchers = new AsyncLocalStorage<(variable: string) => void>();
let watching = 0;
let unwatch: () => void = () => undefined;

/** Runs, and tells of each environment variable that is read by it, and by nothing else. */
export async function watchEnvironment(
  onRead: (variable: string) => void,
  run: () => Promise<void>,
): Promise<void> {
  watching += 1;
  if (watching === 1) {
    const { env } = process;
    process.env = new Proxy(env, {
      get(target, variable) {
        if (typeof variable === 'string') watchers.getStore()?.(variable);
        const value: unknown = Reflect.get(target, variable);
        return value;
      },
    });
    unwatch = () => {
      process.env = env;
    };
  }
  try {
    await watchers.run(onRead, run);
  } finally {
    watching -= 1;
    if (watching === 0) unwatch();
  }
}
