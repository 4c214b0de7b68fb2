import * as z from 'zod';

/** The flags of `check`, as commander leaves them. */
export const checkFlagsSchema = z.strictObject({
  apiKeyEnv: z.optional(z.string()),
  model: z.optional(z.string()),
  timeout: z.optional(z.string()),
  json: z.optional(z.boolean()),
  quiet: z.optional(z.boolean()),
  verbose: z.optional(z.boolean()),
});

export type CheckFlags = z.output<typeof checkFlagsSchema>;

/** Refused, never read: the command line of a process is seen by others, and kept by shells. */
export const KEY_FLAG = 'apiKey';
