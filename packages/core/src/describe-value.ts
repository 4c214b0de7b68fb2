/** Names a value in an error message: primitives as they are written, objects by their class. */
export function describeValue(value: unknown): string {
  if (typeof value === 'string')
    return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'object' && value !== null) {
    const { constructor }: { constructor?: unknown } = value;
    const name = typeof constructor === 'function' ? constructor.name : '';
    return name === '' ? 'an object' : `${/^[AEIO]/i.test(name) ? 'an' : 'a'} ${name}`;
  }
  return String(value);
}
