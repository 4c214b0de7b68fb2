/** What we use of the platform's, which Node's types leave out; undefined where it is switched off (`--jitless`). */
declare const WebAssembly:
  | {
      validate(bytes: Uint8Array): boolean;
      readonly Module: new (bytes: Uint8Array) => object;
      // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- only the module's source knows
      readonly Instance: new <Exports>(module: object) => { readonly exports: Exports };
    }
  | undefined;

/** A module's memory, of pages of 64 KiB. Its buffer is another one after it has grown. */
export interface WasmMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

export const pageBytes = 65_536;

/** What the module exports, of the type that its source says. Undefined where WebAssembly or its SIMD is missing. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- only the module's source knows
export function instantiateWasm<Exports>(base64: string): Exports | undefined {
  if (typeof WebAssembly === 'undefined') return undefined;
  const bytes = Buffer.from(base64, 'base64');
  if (!WebAssembly.validate(bytes)) return undefined;
  try {
    return new WebAssembly.Instance<Exports>(new WebAssembly.Module(bytes)).exports;
  } catch {
    // The host forbids compiling at run time: TypeScript does the work then.
    return undefined;
  }
}
