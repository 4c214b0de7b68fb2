import { describeIssues } from '../connection/describe-issues.ts';
import { describeValue } from '../describe-value.ts';
import type { FunctionDefinition, JsonSchema, ParametersSchema } from './function-definition.ts';
import { jsonSchemaValidator } from './json-schema-validator.ts';

/** Arguments that fit, or what is wrong with them. */
export type CheckedArguments = { value: unknown } | { problem: string };

/** What a function's parameters are made of. */
export interface Parameters {
  /** JSON Schema of an object. */
  readonly schema: Record<string, unknown>;
  readonly check: (args: unknown) => Promise<CheckedArguments>;
}

const none: JsonSchema = { type: 'object', properties: {}, additionalProperties: false };

/** @throws TypeError when they have no JSON Schema, or are not an object */
export function readParameters({
  name,
  parameters = none,
}: Pick<FunctionDefinition, 'name' | 'parameters'>): Parameters {
  if (isStandardSchema(parameters)) {
    return {
      schema: objectSchema(name, toJsonSchema(name, parameters)),
      async check(args) {
        const result = await parameters['~standard'].validate(args);
        return result.issues ? { problem: describeIssues(result.issues) } : { value: result.value };
      },
    };
  }
  if (typeof parameters !== 'object' || parameters === null) {
    throw new TypeError(
      `The parameters of ${name} are a Standard Schema or a JSON Schema, got ${describeValue(parameters)}`,
    );
  }
  const schema = objectSchema(name, parameters);
  const validate = jsonSchemaValidator(schema);
  return {
    schema: withoutDialect(schema),
    async check(args) {
      const problem = validate(args);
      return problem === undefined ? { value: args } : { problem };
    },
  };
}

function isStandardSchema(
  parameters: ParametersSchema | JsonSchema,
): parameters is ParametersSchema {
  return '~standard' in parameters;
}

function toJsonSchema(name: string, { '~standard': standard }: ParametersSchema): JsonSchema {
  if (typeof Reflect.get(Object(standard.jsonSchema), 'input') !== 'function') {
    throw new TypeError(
      `The parameters of ${name} can't tell their JSON Schema: install zod 4.2 or later, or give JSON Schema itself`,
    );
  }
  try {
    return withoutDialect(standard.jsonSchema.input({ target: 'draft-2020-12' }));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new TypeError(`The parameters of ${name} can't be told as JSON Schema: ${reason}`, {
      cause,
    });
  }
}

/** Providers take an object only: its properties are what a model names. */
function objectSchema(name: string, schema: JsonSchema): Record<string, unknown> {
  if (schema['type'] === 'object') return structuredClone(schema);
  throw new TypeError(
    `The parameters of ${name} are not an object. Put them in one: z.object({ value: … })`,
  );
}

/** What names the draft is of no use to a model, and some providers refuse it. */
function withoutDialect(schema: JsonSchema): Record<string, unknown> {
  return Object.fromEntries(Object.entries(schema).filter(([keyword]) => keyword !== '$schema'));
}
