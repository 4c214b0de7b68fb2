import type { EventBus } from '../events/event-bus.ts';
import type {
  FunctionDefinition,
  JsonSchema,
  ParametersSchema,
} from '../functions/function-definition.ts';

/** What a processor may do with the agent that it works for. A language model is one too, for tests and small programs. */
export interface AgentHandle {
  /** What happens in the call. */
  readonly events: EventBus;
  /**
   * Lets the agent's model call a function.
   *
   * @throws TypeError for a name that is taken or that providers refuse, and for parameters that are no object
   */
  registerFunction<const Schema extends ParametersSchema | JsonSchema = JsonSchema>(
    definition: FunctionDefinition<Schema>,
  ): void;
  /** False when there was none of this name. */
  unregisterFunction(name: string): boolean;
}
