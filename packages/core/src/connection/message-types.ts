/** For each kind of message that a schema names, the properties that have a fixed value, and the values. */
type Alternatives = readonly ReadonlyMap<string, ReadonlySet<unknown>>[];

/**
 * Whether the message is of a type that the schema does not name: a property that every named message has a fixed
 * value for has another one here. Only what zod tells
 * of its schemas is read: with another library's, a message that does not fit is malformed.
 */
export function isUnknownType(value: unknown, schema: object): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const alternatives = alternativesOf(schema);
  const [first] = alternatives;
  if (!first) return false;
  return [...first.keys()].some((name) => {
    const given: unknown = Reflect.get(value, name);
    if (typeof given !== 'string') return false;
    return alternatives.every((fixed) => {
      const values = fixed.get(name);
      return values !== undefined && !values.has(given);
    });
  });
}

function alternativesOf(schema: unknown): Alternatives {
  const definition = property(schema, 'def');
  switch (property(definition, 'type')) {
    case 'union':
      return list(property(definition, 'options')).flatMap(alternativesOf);
    case 'pipe':
      return alternativesOf(property(definition, 'in'));
    case 'object':
      return [fixedProperties(property(definition, 'shape'))];
    default:
      return [];
  }
}

function fixedProperties(shape: unknown): Map<string, Set<unknown>> {
  const fixed = new Map<string, Set<unknown>>();
  for (const [name, schema] of Object.entries(Object(shape))) {
    const definition = property(schema, 'def');
    const type = property(definition, 'type');
    if (type === 'literal') fixed.set(name, new Set(list(property(definition, 'values'))));
    if (type === 'enum')
      fixed.set(name, new Set(Object.values(Object(property(definition, 'entries')))));
  }
  return fixed;
}

function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
