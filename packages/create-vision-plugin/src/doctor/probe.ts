/**
 * Runs in a process of its own: strips the types of a plugin's sources, imports the plugin, and tells what it saw on
 * file descriptor 3, a JSON document a line. Arguments: the plugin's folder, and the entry to import (may be empty);
 * on stdin the sources, a path a line.
 */
import { readFileSync, writeSync } from 'node:fs';
import * as module from 'node:module';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const [folder = '', entry = ''] = process.argv.slice(2);
const sources = readFileSync(0, 'utf8')
  .split('\n')
  .filter((path) => path !== '');
const home = `${pathToFileURL(folder).href}/`;

/** The base class of each category, as core exports it. */
const bases: Readonly<Record<string, string>> = {
  stt: 'STT',
  tts: 'TTS',
  llm: 'LLM',
  vlm: 'VideoLLM',
  realtime: 'Realtime',
  turnDetection: 'TurnDetector',
  processor: 'Processor',
  edge: 'EdgeTransport',
};

tell({ sources: sources.map(strip) });
if (entry !== '') tell(await load());

function tell(document: unknown): void {
  const bytes = Buffer.from(`${JSON.stringify(document)}\n`);
  for (let written = 0; written < bytes.length;) written += writeSync(3, bytes, written);
}

/** As JavaScript, with every line where it was; null where this Node.js cannot. */
function strip(path: string): string | null {
  const text = readFileSync(path, 'utf8');
  if (!/\.[cm]?ts$/.test(path)) return text;
  try {
    return module.stripTypeScriptTypes(text);
  } catch {
    return null; // syntax that has to be compiled, or a Node.js without it
  }
}

async function load(): Promise<object> {
  const reads = watchEnvironment();
  const before = process.getActiveResourcesInfo();
  try {
    const exported: Readonly<Record<string, unknown>> = await import(pathToFileURL(entry).href);
    const after = process.getActiveResourcesInfo();
    return {
      reads,
      resources: difference(after, before),
      exports: Object.keys(exported),
      plugin: await describePlugin(exported),
    };
  } catch (error) {
    return { reads, error: describeError(error) };
  }
}

/** Notes which variables the plugin's own code asks for. */
function watchEnvironment(): Array<{ variable: string; at: string }> {
  const reads: Array<{ variable: string; at: string }> = [];
  Error.stackTraceLimit = 50;
  process.env = new Proxy(process.env, {
    get(target, key, receiver) {
      const frames = [...(new Error('here').stack ?? '').matchAll(/file:\/\/[^\s)]+/g)];
      const own = frames
        .map(([frame]) => frame)
        .find((frame) => frame.startsWith(home) && !frame.includes('/node_modules/'));
      if (typeof key === 'string' && own !== undefined)
        reads.push({ variable: key, at: decodeURI(own.slice(home.length)) });
      const value: unknown = Reflect.get(target, key, receiver);
      return value;
    },
  });
  return reads;
}

function difference(after: readonly string[], before: readonly string[]): string[] {
  const rest = [...before];
  return after.filter((name) => {
    const index = rest.indexOf(name);
    if (index !== -1) rest.splice(index, 1);
    return index === -1 && !/^(?:FSReq|CloseReq|TTY|Pipe)/.test(name);
  });
}

async function describePlugin(exported: Readonly<Record<string, unknown>>): Promise<unknown> {
  const { plugin } = exported;
  if (typeof plugin !== 'object' || plugin === null) return undefined;
  const provides: unknown = Reflect.get(plugin, 'provides');
  const core = await importCore();
  return {
    isBranded: Symbol.for('vision-agents.plugin') in plugin,
    name: String(Reflect.get(plugin, 'name')),
    provides: Object.entries(Object(provides)).map(([key, value]) =>
      describeClass(key, value, exported, core),
    ),
  };
}

function describeClass(
  key: string,
  value: unknown,
  exported: Readonly<Record<string, unknown>>,
  core: Readonly<Record<string, unknown>>,
): object {
  const ancestors = ancestorsOf(value);
  const wanted = bases[key] ?? '';
  const known = core[wanted];
  const options = Object(Reflect.get(Object(value), 'options'));
  const env: unknown = Reflect.get(options, 'env');
  return {
    key,
    className: nameOf(value),
    exportedAs: Object.keys(exported).filter((name) => exported[name] === value),
    bases: ancestors
      .slice(1)
      .map(nameOf)
      .filter((name) => name !== ''),
    base: wanted,
    // A base that this core does not have can't be asked for; one of another copy of core has its name.
    isOfCategory:
      known === undefined ||
      ancestors.includes(known) ||
      ancestors.slice(1).some((ancestor) => nameOf(ancestor) === wanted),
    hasOptions: typeof Reflect.get(options, 'resolve') === 'function',
    variables: Object.entries(Object(env)).flatMap(([, variable]) =>
      typeof variable === 'string' ? [variable] : [],
    ),
  };
}

/** A class and those that it extends, nearest first. */
function ancestorsOf(value: unknown): unknown[] {
  const chain: unknown[] = [];
  for (let one = value; typeof one === 'function'; one = Object.getPrototypeOf(one))
    chain.push(one);
  return chain;
}

function nameOf(value: unknown): string {
  return typeof value === 'function' ? value.name : '';
}

/** The core that the plugin gets. */
async function importCore(): Promise<Readonly<Record<string, unknown>>> {
  try {
    const path = createRequire(entry).resolve('@vision-agents/core');
    return await import(pathToFileURL(path).href);
  } catch {
    return {}; // a plugin without core is told so by its dependencies
  }
}

function describeError(error: unknown): object {
  if (!(error instanceof Error)) return { message: String(error) };
  const code: unknown = Reflect.get(error, 'code');
  const at = [...(error.stack ?? '').matchAll(/file:\/\/[^\s)]+/g)]
    .map(([frame]) => frame)
    .find((frame) => frame.startsWith(home) && !frame.includes('/node_modules/'));
  return {
    message: error.message,
    ...(typeof code === 'string' ? { code } : {}),
    ...(at === undefined ? {} : { at: decodeURI(at.slice(home.length)) }),
  };
}
