import * as z from 'zod';
import { types } from './catalogue.ts';

/** Ranges for the dependencies of a generated plugin. */
export const rangesSchema = z.strictObject({
  core: z.string(),
  corePeer: z.string(),
  testkit: z.string(),
  zod: z.string(),
  vitest: z.string(),
  typescript: z.string(),
  typesNode: z.string(),
});

export type Ranges = z.infer<typeof rangesSchema>;

/** All that a template may name. The build refuses a template that names anything else. */
export const contextSchema = z.strictObject({
  name: z.string(),
  displayName: z.string(),
  classPrefix: z.string(),
  envPrefix: z.string(),
  packageName: z.string(),
  /** Without `@`; empty for a package without a scope. */
  scope: z.string(),
  types: z.array(z.enum(types)),
  /** Of the first type. */
  transport: z.string(),
  /** The same, to ask for: `{{#if is.http}}`. */
  is: z.strictObject({
    ws: z.boolean(),
    http: z.boolean(),
    sdk: z.boolean(),
    worker: z.boolean(),
  }),
  description: z.string(),
  license: z.string(),
  /** The address of the workspace's repository, empty when it names none, and the plugin's folder in it. */
  repository: z.string(),
  directory: z.string(),
  /** That of the first release, or what its changeset starts from. */
  version: z.string(),
  /** Which of the workspace's tools the plugin has scripts for. */
  has: z.strictObject({ linter: z.boolean(), formatter: z.boolean() }),
  ranges: rangesSchema,
  cliVersion: z.string(),
});

export type TemplateContext = z.infer<typeof contextSchema>;
