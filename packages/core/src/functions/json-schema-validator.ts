import { Validator, type SchemaDraft } from '@cfworker/json-schema';

/** Says what does not fit, or nothing when all does. */
export type JsonValidator = (value: unknown) => string | undefined;

const drafts: readonly [pattern: RegExp, draft: SchemaDraft][] = [
  [/draft-04/, '4'],
  [/draft-0[67]/, '7'],
  [/2019-09/, '2019-09'],
];

/** Keywords that only repeat what is said of a value inside. */
const outer: ReadonlySet<string> = new Set(['$ref', 'allOf', 'false', 'items', 'properties']);

/** A validator that compiles no code, so that it can be given a schema from outside. */
export function jsonSchemaValidator(schema: Record<string, unknown>): JsonValidator {
  const { $schema: dialect } = schema;
  const known = drafts.find(([pattern]) => typeof dialect === 'string' && pattern.test(dialect));
  const draft = known?.[1] ?? '2020-12';
  // The validator writes into the schema that it is given.
  const validator = new Validator(structuredClone(schema), draft, false);
  return (value) => {
    const { valid, errors } = validator.validate(value);
    if (valid) return undefined;
    const inner = errors.filter(({ keyword }) => !outer.has(keyword));
    return (inner.length > 0 ? inner : errors)
      .map(({ instanceLocation, error }) => {
        const where = instanceLocation.replace(/^#\/?/, '').replaceAll('/', '.');
        return where === '' ? error : `${where}: ${error}`;
      })
      .join('; ');
  };
}
