import * as z from 'zod';
import { allTransports, keyOf, types } from './catalogue.ts';

/** Ranges for the dependencies of a generated plugin. */
export const rangesSchema = z.strictObject({
  core: z.string(),
  corePeer: z.string(),
  testkit: z.string(),
  zod: z.string(),
  vitest: z.string(),
  typescript: z.string(),
  typesNode: z.string(),
  oxlint: z.string(),
  oxlintTsgolint: z.string(),
  oxfmt: z.string(),
  sharp: z.string(),
  sharpPeer: z.string(),
  onnxruntimeWeb: z.string(),
});

export type Ranges = z.infer<typeof rangesSchema>;

/** One part of a plugin: what its own templates may name besides {@link contextSchema}, and `{{#each parts}}` gives. */
export const partSchema = z.strictObject({
  type: z.enum(types),
  /** As people say it: `speech-to-text`; with a capital in `heading`. */
  title: z.string(),
  heading: z.string(),
  /** The class it exports, and its name in `provides`: `TurnDetection`, `turnDetection`. */
  className: z.string(),
  key: z.string(),
  transport: z.string(),
  /** The same, to ask for: `{{#if is.http}}`, `{{#if is.openaiCompatible}}`. */
  is: z.strictObject(flags(allTransports)),
  /** Where its provider is, with the scheme of the transport and no slash at the end. */
  service: z.string(),
  /** The vendor's package that was named by `--sdk`, and its range; empty without. */
  sdk: z.string(),
  sdkRange: z.string(),
  /** The script that runs its example: `example` for the first part, `example:tts` for others. */
  exampleScript: z.string(),
});

/** All that every template may name. The build refuses a template that names anything else. */
export const contextSchema = z.strictObject({
  name: z.string(),
  displayName: z.string(),
  classPrefix: z.string(),
  envPrefix: z.string(),
  packageName: z.string(),
  /** Without `@`; empty for a package without a scope. */
  scope: z.string(),
  /** What the plugin provides, in the order in which it was asked for. */
  parts: z.array(partSchema),
  /** Whether a type is among them: `{{#if with.turnDetection}}`. */
  with: z.strictObject(flags(types)),
  /** The classes of all parts as one list: `STT, TTS`. */
  classNames: z.string(),
  /** The environment variables of all parts, each once. */
  variables: z.array(z.string()),
  /** Whether more than one part has the account's options, which are then in `src/options.ts`. */
  shared: z.boolean(),
  description: z.string(),
  license: z.string(),
  /** The address of the workspace's repository, empty when it names none, and the plugin's folder in it. */
  repository: z.string(),
  directory: z.string(),
  /** That of the first release, or what its changeset starts from. */
  version: z.string(),
  /** Outside of a workspace, with a tool chain of its own. */
  standalone: z.boolean(),
  /** Which of the workspace's tools the plugin has scripts for. */
  has: z.strictObject({ linter: z.boolean(), formatter: z.boolean() }),
  ranges: rangesSchema,
  cliVersion: z.string(),
});

export type Part = z.infer<typeof partSchema>;
export type TemplateContext = z.infer<typeof contextSchema>;

function flags(words: readonly string[]): Record<string, z.ZodBoolean> {
  return Object.fromEntries(words.map((word) => [keyOf(word), z.boolean()]));
}
