import type { ToolSchema } from '@vision-agents/core';

type Schema = Record<string, unknown>;

/**
 * The parameters of a function as a model takes them that is held to them strictly: no property more, and each is
 * required; one that was optional may be null instead. The given schema stays as it is.
 *
 * Source: "Supported schemas" of OpenAI's guide to structured outputs.
 */
export function strictSchema(schema: Readonly<Schema>): Schema {
  const strict = mapValues(schema, (value, keyword) => {
    if (keyword === 'properties' || keyword === '$defs' || keyword === 'definitions')
      return isObject(value) ? mapValues(value, strictValue) : value;
    return ['items', 'anyOf', 'allOf', 'oneOf'].includes(keyword) ? strictValue(value) : value;
  });
  const { properties } = strict;
  if (!isObject(properties)) return strict;
  const optional = optionalOf(schema);
  return {
    ...strict,
    properties: mapValues(properties, (value, name) =>
      optional.has(name) && isObject(value) ? orNull(value) : value,
    ),
    required: Object.keys(properties),
    additionalProperties: false,
  };
}

/** The arguments as the function's own schema has them: without a null that can only stand for what is left out. */
export function fromStrict(args: string, { parametersSchema }: ToolSchema): string {
  try {
    return JSON.stringify(withoutNulls(JSON.parse(args), parametersSchema));
  } catch {
    // The base tells the model that they are no JSON.
    return args;
  }
}

function withoutNulls(value: unknown, schema: unknown): unknown {
  if (!isObject(schema)) return value;
  if (Array.isArray(value))
    return value.map((item: unknown) => withoutNulls(item, schema['items']));
  const { properties } = schema;
  if (!isObject(value) || !isObject(properties)) return value;
  const optional = optionalOf(schema);
  return Object.fromEntries(
    Object.entries(value)
      .filter(
        ([name, given]) => given !== null || !optional.has(name) || takesNull(properties[name]),
      )
      .map(([name, given]) => [name, withoutNulls(given, properties[name])]),
  );
}

function optionalOf({ properties, required }: Readonly<Schema>): Set<string> {
  const names: unknown[] = Array.isArray(required) ? required : [];
  return new Set(Object.keys(Object(properties)).filter((name) => !names.includes(name)));
}

function takesNull(schema: unknown): boolean {
  if (!isObject(schema)) return false;
  const { type, anyOf, oneOf, enum: values } = schema;
  const options = anyOf ?? oneOf;
  if (Array.isArray(options)) return options.some(takesNull);
  if (Array.isArray(values)) return values.includes(null);
  return type === 'null' || (Array.isArray(type) && type.includes('null'));
}

function strictValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(strictValue);
  return isObject(value) ? strictSchema(value) : value;
}

function orNull(schema: Schema): Schema {
  const { type, enum: values } = schema;
  if (typeof type !== 'string') return { anyOf: [schema, { type: 'null' }] };
  if (type === 'null') return schema;
  return {
    ...schema,
    type: [type, 'null'],
    ...(Array.isArray(values) && { enum: [...values, null] }),
  };
}

function mapValues(
  object: Readonly<Schema>,
  map: (value: unknown, key: string) => unknown,
): Schema {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, map(value, key)]));
}

function isObject(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
