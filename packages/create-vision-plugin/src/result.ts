import * as z from 'zod';
import { commands, types } from './catalogue.ts';
import { failureReasons, findingStatuses, probes } from './check/finding.ts';
import { levels, rules } from './doctor/finding.ts';
import { skipReasons } from './plan.ts';

const pluginSchema = z.strictObject({
  name: z.string(),
  packageName: z.string(),
  types: z.array(z.enum(types)),
  directory: z.string().describe('Relative to the root'),
  root: z.string().describe('The workspace, or for a plugin on its own the folder that it is in'),
  passedRules: z.optional(z.int()).describe('Of doctor --run: rules of contracts that passed'),
});

/** The document that `--json` prints; its JSON Schema is published with the package. */
export const resultSchema = z.strictObject({
  schemaVersion: z.literal(1),
  command: z.enum(['create', ...commands]),
  ok: z.boolean(),
  exitCode: z.int(),
  dryRun: z.optional(z.boolean()),
  plugin: z.optional(pluginSchema),
  plugins: z
    .optional(z.array(pluginSchema))
    .describe('Of a command that changes or examines plugins'),
  files: z.optional(
    z.array(
      z.strictObject({
        path: z.string().describe('Relative to the root of the plugin'),
        action: z.enum(['create', 'update', 'unchanged', 'conflict', 'skip']),
        sha256: z
          .optional(z.string())
          .describe('Of the file after the run; absent for a file that is not there'),
        bytes: z.int(),
        reason: z
          .optional(z.enum(skipReasons))
          .describe('Of a file that is skipped: how it differs from what was made'),
        kept: z
          .optional(z.array(z.string()))
          .describe('JSON pointers to values that the user changed, and that stay so'),
        diff: z
          .optional(z.string())
          .describe('Of a conflict, and with --dry-run=diff: a unified diff'),
      }),
    ),
  ),
  findings: z
    .optional(
      z.array(
        z.strictObject({
          plugin: z.string().describe('The folder of the plugin, relative to its root'),
          rule: z.enum(rules),
          level: z.enum(levels).describe('An error fails: exit code 6'),
          message: z.string(),
          seen: z.optional(z.array(z.string())).describe('What was seen when a test failed'),
          file: z.optional(z.string()).describe('Relative to the root of the plugin'),
          line: z.optional(z.int()),
          fix: z.string().describe('The command or the step that mends it'),
          fixable: z.boolean().describe('Whether --fix mends it'),
        }),
      ),
    )
    .describe('Of doctor: what it found, the worst first'),
  types: z.optional(
    z.array(
      z.strictObject({
        type: z.enum(types),
        title: z.string(),
        className: z.string().describe('The class that a plugin exports'),
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
        variables: z
          .optional(z.record(z.string(), z.array(z.string())))
          .describe('What it reads from its environment, by transport, where that is not API_KEY'),
      }),
    ),
  ),
  check: z.optional(
    z.strictObject({
      url: z.string().describe('As it was given, without an endpoint'),
      baseUrl: z.string().describe('Where the protocol is spoken'),
      model: z.optional(z.string()).describe('That was asked'),
      findings: z.array(
        z.strictObject({
          probe: z.enum(probes),
          status: z.enum(findingStatuses),
          detail: z.optional(z.string()),
          reason: z.optional(z.enum(failureReasons)),
          durationMs: z.optional(z.int()),
        }),
      ),
      needsPlugin: z.optional(z.boolean()).describe('Absent where it could not be found out'),
      packages: z.optional(z.array(z.string())).describe('Where no plugin is needed: what to use'),
      code: z.optional(z.string()).describe('Where no plugin is needed: TypeScript that uses it'),
    }),
  ),
  next: z.optional(z.array(z.string())).describe('Commands to run, in this order'),
  warnings: z.optional(z.array(z.string())),
  error: z.optional(
    z.strictObject({ code: z.string(), message: z.string(), fix: z.optional(z.string()) }),
  ),
});

export type Result = z.input<typeof resultSchema>;
