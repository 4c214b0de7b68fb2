import type {
  FunctionDefinition,
  JsonSchema,
  ParametersSchema,
} from '../functions/function-definition.ts';
import type { AgentHandle } from './agent-handle.ts';

/** The functions that a processor lends to a model: of one agent at a time, and taken back from it as a whole. */
export class ProcessorFunctions {
  readonly #lend = new Map<string, (agent: AgentHandle) => void>();
  #agent: AgentHandle | undefined;

  register<const Schema extends ParametersSchema | JsonSchema = JsonSchema>(
    definition: FunctionDefinition<Schema>,
  ): void {
    const { name } = definition;
    if (this.#lend.has(name))
      throw new TypeError(`The processor has a function ${name} already. Choose another name`);
    const lend = (agent: AgentHandle): void => agent.registerFunction(definition);
    if (this.#agent) lend(this.#agent);
    this.#lend.set(name, lend);
  }

  /** @throws what the agent throws; then it has none of the functions */
  attach(agent: AgentHandle): void {
    this.detach();
    const lent: string[] = [];
    try {
      for (const [name, lend] of this.#lend) {
        lend(agent);
        lent.push(name);
      }
    } catch (error) {
      for (const name of lent) agent.unregisterFunction(name);
      throw error;
    }
    this.#agent = agent;
  }

  detach(): void {
    const agent = this.#agent;
    this.#agent = undefined;
    for (const name of this.#lend.keys()) agent?.unregisterFunction(name);
  }
}
