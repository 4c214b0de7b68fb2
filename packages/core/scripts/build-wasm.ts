/** Compiles assembly/resampler.ts and writes it to src/audio/resampler-wasm.ts, as a constant that needs no file at run time. */
import { readFile, writeFile } from 'node:fs/promises';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';
import { main } from 'assemblyscript/asc';

const source = new URL('../assembly/resampler.ts', import.meta.url);
export const wasmModule = new URL('../src/audio/resampler-wasm.ts', import.meta.url);

const flags =
  '--optimizeLevel 3 --converge --noAssert --runtime stub --enable simd --initialMemory 1';

/** The text of the module. */
export async function buildWasm(): Promise<string> {
  const text = await readFile(source, 'utf8');
  let binary: Uint8Array | undefined;
  const { error } = await main(
    ['resampler.ts', '--outFile', 'resampler.wasm', ...flags.split(' ')],
    {
      stderr: process.stderr,
      readFile: (name) => (name === 'resampler.ts' ? text : null),
      writeFile: (_name, contents) => {
        if (typeof contents !== 'string') binary = contents;
      },
      listFiles: () => [],
    },
  );
  if (error !== null || binary === undefined) {
    throw new Error('assembly/resampler.ts does not compile: see above', { cause: error });
  }
  const base64 = Buffer.from(binary).toString('base64');
  return `// Generated from assembly/resampler.ts by scripts/build-wasm.ts (npm run build:wasm): don't edit.

/** WebAssembly of ${String(binary.length)} bytes. */
export const resamplerWasm: string =
  '${base64}';
`;
}

if (argv[1] === fileURLToPath(import.meta.url)) await writeFile(wasmModule, await buildWasm());
