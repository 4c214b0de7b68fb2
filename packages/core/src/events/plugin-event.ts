import { BaseEvent } from './base-event.ts';

/**
 * An event of a plugin, stamped with its provider by `component.emit`.
 *
 * ```ts
 * class AcmeLevel extends PluginEvent {
 *   static override readonly type = 'acme.level';
 *   readonly level: number = 0;
 * }
 * this.emit(AcmeLevel, { level: 0.4 });
 * ```
 */
export abstract class PluginEvent extends BaseEvent {
  static override readonly type: string = 'plugin';

  readonly provider: string = '';
}
