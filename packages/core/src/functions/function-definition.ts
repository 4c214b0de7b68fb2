import type { StandardJSONSchemaV1, StandardSchemaV1 } from '@standard-schema/spec';
import type { Participant } from '../events/participant.ts';

/** JSON Schema: draft 2020-12, or what its `$schema` says. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** A schema that validates and knows its JSON Schema: of zod 4.2 or later, and of every other library that does both. */
export type ParametersSchema = StandardSchemaV1 & StandardJSONSchemaV1;

/** What a function is given: as the schema puts it out, or as JSON Schema has found it right. */
export type ArgumentsOf<Schema> = Schema extends StandardSchemaV1
  ? StandardSchemaV1.InferOutput<Schema>
  : Record<string, unknown>;

/** What a function is told besides its arguments. */
export interface FunctionContext {
  /** Aborted when the answer is interrupted, the time is over, or the component closes: the function must stop. */
  signal: AbortSignal;
  toolCallId: string;
  /** Who asked, where that is known. */
  participant?: Participant | undefined;
}

/** A function that the model may call. */
export interface FunctionDefinition<
  Schema extends ParametersSchema | JsonSchema = ParametersSchema | JsonSchema,
> {
  /** Letters, digits, `_` and `-`, at most 64. */
  name: string;
  /** What it does and when to call it, for the model. */
  description: string;
  /**
   * Its parameters, as an object: a Standard Schema such as a `z.object`, or JSON Schema, as MCP servers give it.
   * Without them it takes none.
   */
  parameters?: Schema | undefined;
  /**
   * Does the work. What it gives is told to the model: text as it is, anything else as JSON, nothing as `null`. What it
   * throws is told as an error.
   */
  execute(args: ArgumentsOf<Schema>, context: FunctionContext): unknown;
}

/** A function as a model is told of it. */
export interface ToolSchema {
  name: string;
  description: string;
  /** JSON Schema of an object. */
  parametersSchema: Record<string, unknown>;
}
