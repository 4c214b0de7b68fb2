/**
 * The URL of a worker's module beside the calling one: its source while that runs from source, else what was built.
 *
 * ```ts
 * const module = workerModule(import.meta.url, './recognise');
 * ```
 */
export function workerModule(from: string, path: string): URL {
  const extension = /\.[mc]?ts$/.exec(new URL(from).pathname)?.[0] ?? '.js';
  return new URL(`${path}${extension}`, from);
}
