import type { StandardSchemaV1 } from '@standard-schema/spec';
import { ProviderError } from '../errors/provider-error.ts';
import { rememberSecret } from '../errors/redact.ts';
import { isSecretName } from '../errors/secret-name.ts';

export interface OptionsDefinition<Schema extends StandardSchemaV1, EnvKey extends string> {
  /** The provider's name, as errors show it. */
  provider: string;
  /** Options that are read from the environment when they are not given, and the variables. */
  env?: Readonly<Record<EnvKey, string>> | undefined;
  /** The options, strictly: a zod `z.strictObject`, for instance. Must be synchronous. */
  schema: Schema;
}

/** What a caller gives: the schema's input, where the options with a variable may be left out. */
type Input<Schema extends StandardSchemaV1, EnvKey extends string> = Loose<
  Omit<StandardSchemaV1.InferInput<Schema>, EnvKey>
> &
  Loose<
    Partial<
      Pick<StandardSchemaV1.InferInput<Schema>, EnvKey & keyof StandardSchemaV1.InferInput<Schema>>
    >
  >;

/** Optional properties also take `undefined`. */
type Loose<T> = { [K in keyof T]: undefined extends T[K] ? T[K] | undefined : T[K] };

export interface Options<
  Schema extends StandardSchemaV1 = StandardSchemaV1,
  EnvKey extends string = string,
> {
  readonly provider: string;
  readonly env: Readonly<Record<EnvKey, string>>;
  readonly schema: Schema;
  /**
   * The options in force: what was given, else the environment as it is now, else the defaults.
   *
   * @throws ProviderError kind `auth` when a key is missing, kind `unsupported` for anything else that does not
   * fit; the message says what to set
   */
  resolve(input?: Input<Schema, EnvKey>): StandardSchemaV1.InferOutput<Schema>;
}

export type OptionsInput<O extends Options> =
  O extends Options<infer Schema, infer EnvKey> ? Input<Schema, EnvKey> : never;

/** Declares the options of a plugin class. Nothing is read until `resolve()`. */
export function defineOptions<Schema extends StandardSchemaV1, const EnvKey extends string = never>(
  definition: OptionsDefinition<Schema, EnvKey>,
): Options<Schema, EnvKey> {
  const { provider, schema } = definition;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- without env, EnvKey is never: nothing is missing
  const env = Object.freeze({ ...definition.env }) as Readonly<Record<EnvKey, string>>;
  return Object.freeze({
    provider,
    env,
    schema,
    resolve(input: Input<Schema, EnvKey> | undefined) {
      const given = withEnvironment(provider, env, input ?? {});
      const result = schema['~standard'].validate(given);
      if (result instanceof Promise)
        throw new TypeError(`The options schema of ${provider} must be synchronous`);
      if (!result.issues) return result.value;
      throw optionsError({ provider, env, schema }, given, result.issues);
    },
  });
}

/** The given options without `undefined` ones, and with what the environment has for the rest. */
function withEnvironment(
  provider: string,
  env: Readonly<Record<string, string>>,
  input: unknown,
): Record<string, unknown> {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    const message = `${provider} takes its options as an object, got ${typeof input}`;
    throw new ProviderError({ provider, kind: 'unsupported', message });
  }
  const given: Record<string, unknown> = Object.fromEntries(
    Object.entries(input).filter(([, value]) => value !== undefined),
  );
  for (const [option, variable] of Object.entries(env)) {
    const value = given[option] ?? process.env[variable];
    const text = typeof value === 'string' ? value.trim() : undefined;
    if (text === '') delete given[option];
    else if (value !== undefined) given[option] = isSecretName(option) ? (text ?? value) : value;
  }
  for (const [option, value] of Object.entries(given))
    if (isSecretName(option) && typeof value === 'string') rememberSecret(value);
  return given;
}

function optionsError(
  { provider, env, schema }: Pick<Options, 'provider' | 'env' | 'schema'>,
  given: Readonly<Record<string, unknown>>,
  issues: readonly StandardSchemaV1.Issue[],
): ProviderError {
  const missing = Object.entries(env).filter(
    ([option]) =>
      !(option in given) && issues.some(({ path }) => String(keyOf(path?.[0])) === option),
  );
  const lines = missing.map(
    ([option, variable]) => `${option} is missing. Pass the ${option} option, or set ${variable}`,
  );
  for (const issue of issues) {
    const { path = [], message } = issue;
    const name = path.map((segment) => String(keyOf(segment))).join('.');
    if (missing.some(([option]) => option === name)) continue;
    lines.push(
      name === '' ? (unknownOptions(issue, schema) ?? message) : `option ${name}: ${message}`,
    );
  }
  const auth = missing.some(([option]) => isSecretName(option));
  return new ProviderError({
    provider,
    kind: auth ? 'auth' : 'unsupported',
    retryable: false,
    message: `${provider}: ${lines.join('; ')}`,
  });
}

function keyOf(segment: PropertyKey | StandardSchemaV1.PathSegment | undefined): PropertyKey {
  return typeof segment === 'object' ? segment.key : (segment ?? '');
}

/** What zod says of keys that are not in the schema, in words that can't be taken for an API key. */
function unknownOptions(issue: StandardSchemaV1.Issue, schema: object): string | undefined {
  const keys: unknown = Reflect.get(issue, 'keys');
  if (!Array.isArray(keys)) return undefined;
  const known = Object.keys(Object(Reflect.get(schema, 'shape')));
  const named = keys.map((key) => JSON.stringify(key)).join(', ');
  return `unknown option ${named}; the options are ${known.join(', ')}`;
}
