/** Compiles the modules of assembly/ into constants of src/, which need no file at run time. */
import { readFile, writeFile } from 'node:fs/promises';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';
import { main } from 'assemblyscript/asc';

export interface WasmModule {
  /** In assembly/, without its extension. */
  readonly name: string;
  readonly target: URL;
}

export const resamplerModule: WasmModule = {
  name: 'resampler',
  target: new URL('../src/audio/resampler-wasm.ts', import.meta.url),
};
export const shrinkModule: WasmModule = {
  name: 'shrink',
  target: new URL('../src/video/shrink/shrink-wasm.ts', import.meta.url),
};

const flags =
  '--optimizeLevel 3 --converge --noAssert --runtime stub --enable simd --initialMemory 1';

/** The text of the module. */
export async function buildWasm({ name }: WasmModule): Promise<string> {
  const file = `${name}.ts`;
  const text = await readFile(new URL(`../assembly/${file}`, import.meta.url), 'utf8');
  let binary: Uint8Array | undefined;
  const { error } = await main([file, '--outFile', `${name}.wasm`, ...flags.split(' ')], {
    stderr: process.stderr,
    readFile: (wanted) => (wanted === file ? text : null),
    writeFile: (_name, contents) => {
      if (typeof contents !== 'string') binary = contents;
    },
    listFiles: () => [],
  });
  if (error !== null || binary === undefined) {
    throw new Error(`assembly/${file} does not compile: see above`, { cause: error });
  }
  const base64 = Buffer.from(binary).toString('base64');
  return `// Generated from assembly/${file} by scripts/build-wasm.ts (npm run build:wasm): don't edit.

/** WebAssembly of ${String(binary.length)} bytes. */
export const ${name}Wasm: string =
  '${base64}';
`;
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  for (const module of [resamplerModule, shrinkModule])
    await writeFile(module.target, await buildWasm(module));
}
