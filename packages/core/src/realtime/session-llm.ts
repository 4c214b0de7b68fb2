import type {
  FunctionDefinition,
  JsonSchema,
  ParametersSchema,
  ToolSchema,
} from '../functions/function-definition.ts';
import { VideoLLM } from '../vlm/video-llm.ts';

/** Tells the session that there is of its instructions and functions. */
export const tellSetup = Symbol('tell-setup');
/** Does so now, if they have changed. */
export const flushSetup = Symbol('flush-setup');

/** A model that is told its instructions and functions once for a session, and when they change. */
export abstract class SessionLLM extends VideoLLM {
  #changed = false;

  /** As for `LLM`. A session that is there is told, where the provider takes such a change; else the next one is. */
  override setInstructions(text: string): void {
    super.setInstructions(text);
    this.#change();
  }

  /** As for `LLM`. A session that is there is told, where the provider takes such a change; else the next one is. */
  override registerFunction<const Schema extends ParametersSchema | JsonSchema = JsonSchema>(
    definition: FunctionDefinition<Schema>,
  ): void {
    super.registerFunction(definition);
    this.#change();
  }

  override unregisterFunction(name: string): boolean {
    const known = super.unregisterFunction(name);
    if (known) this.#change();
    return known;
  }

  abstract [tellSetup](setup: { instructions: string; tools: readonly ToolSchema[] }): void;

  /** Several changes are told as one, and before anything that is asked after them. */
  [flushSetup](): void {
    if (!this.#changed) return;
    this.#changed = false;
    this[tellSetup](this.setup);
  }

  /** What a session begins with. */
  protected get setup(): { instructions: string; tools: readonly ToolSchema[] } {
    const tools = this.maxToolRounds === 0 ? [] : this.getAvailableFunctions();
    return { instructions: this.instructions, tools };
  }

  #change(): void {
    if (this.#changed) return;
    this.#changed = true;
    queueMicrotask(() => this[flushSetup]());
  }
}
