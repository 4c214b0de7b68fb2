import type { Level, RuleName } from '../../src/doctor/finding.ts';
import type { PluginChange } from './plugin.ts';

/** A plugin with one thing wrong. */
export interface Fault extends PluginChange {
  readonly rule: RuleName;
  readonly level: Level;
  /** In the plugin, with the line where it has one. */
  readonly at?: string;
  /** In the message or in the next step. */
  readonly says: string;
}
