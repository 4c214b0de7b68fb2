import { ComponentErrorEvent } from '../component/component-error-event.ts';
import { PluginEvent } from '../events/plugin-event.ts';

/** A model has answered to the end. */
export class LLMResponseFinalEvent extends PluginEvent {
  static override readonly type = 'plugin.llm_response_final';

  readonly text: string = '';
  readonly model: string | undefined = undefined;
  readonly turnId: string = '';
}

/** A function that the model asked for is called. */
export class ToolStartEvent extends PluginEvent {
  static override readonly type = 'plugin.llm.tool.start';

  readonly toolName: string = '';
  readonly toolCallId: string = '';
  /** What the model wrote, parsed; the text itself when it is no JSON. */
  readonly arguments: unknown = undefined;
}

/** A function has ended: with a result, or with an error that the model is told of. */
export class ToolEndEvent extends PluginEvent {
  static override readonly type = 'plugin.llm.tool.end';

  readonly toolName: string = '';
  readonly toolCallId: string = '';
  readonly success: boolean = true;
  /** What the model is given. */
  readonly result: string = '';
  /** What went wrong. */
  readonly error: string | undefined = undefined;
  readonly executionTimeMs: number = 0;
}

/** Something went wrong with a language model. */
export class LLMErrorEvent extends ComponentErrorEvent {
  static override readonly type: string = 'plugin.llm_error';
}
