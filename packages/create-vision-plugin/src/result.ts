import * as z from 'zod';
import { types } from './catalogue.ts';
import { skipReasons } from './plan.ts';

/** The document that `--json` prints; its JSON Schema is published with the package. */
export const resultSchema = z.strictObject({
  schemaVersion: z.literal(1),
  command: z.enum(['create', 'list']),
  ok: z.boolean(),
  exitCode: z.int(),
  dryRun: z.optional(z.boolean()),
  plugin: z.optional(
    z.strictObject({
      name: z.string(),
      packageName: z.string(),
      types: z.array(z.enum(types)),
      directory: z.string().describe('Relative to the workspace root'),
    }),
  ),
  files: z.optional(
    z.array(
      z.strictObject({
        path: z.string().describe('Relative to the workspace root'),
        action: z.enum(['create', 'update', 'unchanged', 'conflict', 'skip']),
        sha256: z
          .optional(z.string())
          .describe('Of the file after the run; absent for a file that is not there'),
        bytes: z.int(),
        reason: z
          .optional(z.enum(skipReasons))
          .describe('Of a file that is skipped: how it differs from what was made'),
        diff: z.optional(z.string()).describe('With --dry-run=diff: a unified diff'),
      }),
    ),
  ),
  types: z.optional(
    z.array(
      z.strictObject({
        type: z.enum(types),
        title: z.string(),
        baseClass: z.string().describe('With the default transport'),
        implement: z.string(),
        otherBases: z
          .optional(
            z.array(
              z.strictObject({
                baseClass: z.string(),
                implement: z.string(),
                example: z.string(),
                transports: z.array(z.string()),
              }),
            ),
          )
          .describe('What plugins with other transports extend'),
        example: z.string(),
        transports: z.array(z.string()),
        available: z.array(z.string()).describe('The transports this version can make'),
      }),
    ),
  ),
  next: z.optional(z.array(z.string())).describe('Commands to run, in this order'),
  warnings: z.optional(z.array(z.string())),
  error: z.optional(
    z.strictObject({ code: z.string(), message: z.string(), fix: z.optional(z.string()) }),
  ),
});

export type Result = z.input<typeof resultSchema>;
