import { ChatRefusal } from './chat-refusal.ts';

export function asObject(value: unknown, param: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw invalidType(param, 'an object', value);
}

/** An array with something in it. */
export function asArray(value: unknown, param: string): unknown[] {
  if (!Array.isArray(value)) throw invalidType(param, 'an array', value);
  if (value.length > 0) return value;
  throw new ChatRefusal(
    `Invalid '${param}': empty array. Expected an array with minimum length 1, but got an empty array instead.`,
    { param, code: 'empty_array' },
  );
}

export function asText(value: unknown, param: string): string {
  if (typeof value === 'string') return value;
  throw invalidType(param, 'a string', value);
}

function invalidType(param: string, expected: string, value: unknown): ChatRefusal {
  const given = value === null ? 'null' : Array.isArray(value) ? 'an array' : typeof value;
  return new ChatRefusal(
    value === undefined
      ? `Missing required parameter: '${param}'.`
      : `Invalid type for '${param}': expected ${expected}, but got ${given} instead.`,
    { param, code: value === undefined ? 'missing_required_parameter' : 'invalid_type' },
  );
}
