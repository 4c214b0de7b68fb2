import type { Ranges } from './context.ts';

/** A template as the build leaves it: precompiled, so that no parser is needed at run time. */
export interface Template {
  /** Relative to the template root, for messages: `stt/src/stt.ts.hbs`. */
  readonly source: string;
  /** `common`, a type, or a type with a transport. */
  readonly folder: string;
  /** Relative to the plugin; precompiled where the path has a variable in it. */
  readonly path: string | TemplateSpecification;
  readonly content: TemplateSpecification;
}

/** What this version of the command carries with it. */
export interface Release {
  readonly version: string;
  /** Hash over all templates. */
  readonly templatesHash: string;
  /** Ranges for a workspace that has none of its own. */
  readonly ranges: Ranges;
  /** The templates in a folder, none where there is no such folder. They are loaded when they are asked for. */
  readonly templatesOf: (folder: string) => Promise<readonly Template[]>;
}
