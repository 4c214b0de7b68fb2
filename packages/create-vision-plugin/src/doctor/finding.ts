import type { Value } from '../json-text.ts';

/** `error`: it does not work, or not for others. `warning`: it does, and could be better. `info`: good to know. */
export const levels = ['error', 'warning', 'info'] as const;
export type Level = (typeof levels)[number];

/** Everything that doctor looks for, by the names that its findings have. */
export const rules = [
  'manifest-invalid',
  'name-missing',
  'keyword-missing',
  'not-esm',
  'side-effects',
  'engines',
  'licence-missing',
  'readme-missing',
  'script-unresolved',
  'exports-missing',
  'exports-unresolved',
  'types-unresolved',
  'manifest-not-exported',
  'core-not-peer',
  'core-bundled',
  'core-range',
  'core-range-wide',
  'testkit-shipped',
  'testkit-missing',
  'plugin-imported',
  'secret-packed',
  'needless-packed',
  'entry-not-packed',
  'not-packable',
  'load-failed',
  'plugin-not-exported',
  'provides-nothing',
  'provides-wrong-class',
  'class-not-exported',
  'options-missing',
  'env-at-import',
  'import-effects',
  'env-undocumented',
  'env-not-in-example',
  'env-unread',
  'source-unread',
  'own-socket',
  'own-fetch',
  'own-retry',
  'logs-secret',
  'not-installed',
  'not-covered',
  'not-linked',
  'core-duplicated',
  'provenance-missing',
  'provenance-invalid',
  'drift',
  'contract-untested',
  'contract-failed',
  'test-failed',
  'tests-not-run',
] as const;
export type RuleName = (typeof rules)[number];

/** A change that is safe for doctor to make: a value of package.json, or a variable in `.env.example`. */
export type Edit =
  | { readonly pointer: string; readonly value: Value | undefined }
  | { readonly variable: string };

/** Something that doctor found in a plugin. */
export interface Finding {
  readonly rule: RuleName;
  readonly level: Level;
  readonly message: string;
  /** What was seen when a test failed, a line each. */
  readonly seen?: readonly string[] | undefined;
  /** Relative to the plugin, with `/`; it may lead out of it. */
  readonly file?: string | undefined;
  readonly line?: number | undefined;
  /** The command or the step that mends it. */
  readonly fix: string;
  /** Undefined where `--fix` leaves it to a person. */
  readonly edits?: readonly Edit[] | undefined;
}
