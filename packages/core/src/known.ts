/** The fields that have a value: providers send null for what they don't know. */
export function known<T extends object>(details: T): { [K in keyof T]?: NonNullable<T[K]> } {
  const result: { [K in keyof T]?: NonNullable<T[K]> } = {};
  for (const key in details) {
    const value = details[key];
    if (value !== null && value !== undefined) result[key] = value;
  }
  return result;
}
