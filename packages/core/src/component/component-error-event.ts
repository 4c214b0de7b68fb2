import type { ProviderError } from '../errors/provider-error.ts';
import { PluginEvent } from '../events/plugin-event.ts';

/** Something went wrong and the component keeps working, unless the error says that it is not retryable. */
export abstract class ComponentErrorEvent extends PluginEvent {
  static override readonly type: string = 'plugin.error';

  declare readonly error: ProviderError;
  /** What was being done. */
  declare readonly context: string;
}
