import { describeValue } from '../describe-value.ts';
import type {
  ArgumentsOf,
  FunctionContext,
  FunctionDefinition,
  JsonSchema,
  ParametersSchema,
  ToolSchema,
} from './function-definition.ts';
import { readParameters, type CheckedArguments } from './parameters.ts';

/** A function as it was registered. */
export interface RegisteredFunction {
  readonly schema: Readonly<ToolSchema>;
  check(args: unknown): Promise<CheckedArguments>;
  /** Only with what `check` has found right. */
  execute(args: unknown, context: FunctionContext): unknown;
}

/** The functions that a model may call, by name. */
export class FunctionRegistry {
  readonly #functions = new Map<string, RegisteredFunction>();

  get size(): number {
    return this.#functions.size;
  }

  /** @throws TypeError for a name that is taken or that providers refuse, and for parameters that are no object */
  register<const Schema extends ParametersSchema | JsonSchema = JsonSchema>(
    definition: FunctionDefinition<Schema>,
  ): void {
    const { name, description, parameters } = definition;
    if (typeof name !== 'string' || !/^[A-Za-z0-9_-]{1,64}$/.test(name)) {
      throw new TypeError(
        `A function's name is 1 to 64 letters, digits, "_" and "-", got ${describeValue(name)}`,
      );
    }
    if (this.#functions.has(name)) {
      throw new TypeError(
        `There is a function ${name} already. Choose another name, or call unregisterFunction(${JSON.stringify(name)}) first`,
      );
    }
    if (typeof description !== 'string')
      throw new TypeError(`The function ${name} needs a description, for the model`);
    if (typeof definition.execute !== 'function')
      throw new TypeError(`The function ${name} needs execute(), which does the work`);
    const { schema, check } = readParameters({ name, parameters });
    this.#functions.set(name, {
      schema: { name, description, parametersSchema: schema },
      check,
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the schema has checked them
      execute: (args, context) => definition.execute(args as ArgumentsOf<Schema>, context),
    });
  }

  /** False when there was none. */
  unregister(name: string): boolean {
    return this.#functions.delete(name);
  }

  get(name: string): RegisteredFunction | undefined {
    return this.#functions.get(name);
  }

  /** As models are told of them, in the order of registration. Copies, to do with as a plugin likes. */
  schemas(): ToolSchema[] {
    return [...this.#functions.values()].map(({ schema }) => structuredClone(schema));
  }
}
