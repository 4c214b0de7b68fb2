/** Makes a value when it is first asked for: a schema takes longer to make than many a run has use for it. */
export function lazily<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
