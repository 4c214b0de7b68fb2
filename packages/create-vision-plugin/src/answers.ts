import * as z from 'zod';
import { catalogue, isPluginType, types } from './catalogue.ts';
import type { PluginType } from './catalogue.ts';
import { closest } from './did-you-mean.ts';
import { CliError } from './errors.ts';
import type { ErrorCode, Fix, TypedAnswers } from './errors.ts';
import { exampleAnswers } from './flags.ts';
import { lazily } from './lazily.ts';
import { conflictPolicies } from './conflict-policy.ts';
import {
  classPrefixPattern,
  envPrefixPattern,
  isDisplayName,
  parseName,
  scopePattern,
  slugPattern,
} from './names.ts';

// Compiling a parser takes longer than the few values that one run has for it.
z.config({ jitless: true });

/** Travels in a zod issue, and becomes a CliError once all flags were read. */
class AnswerProblem {
  readonly code: ErrorCode;
  readonly fix: Fix;

  constructor(code: ErrorCode, fix: Fix) {
    this.code = code;
    this.fix = fix;
  }
}

function refuse(context: z.RefinementCtx, code: ErrorCode, message: string, fix: Fix): void {
  context.addIssue({ code: 'custom', message, params: { problem: new AnswerProblem(code, fix) } });
}

const name = z.string().transform((input, context) => {
  const result = parseName(input);
  if (result.ok) return result.name;
  const { code, message, suggestion } = result.problem;
  const { name: better, displayName } = suggestion;
  refuse(context, code, message, (retype) => retype({ name: better }, { displayName }));
  return z.NEVER;
});

export const typeList = z.string().transform((input, context) => {
  const chosen: PluginType[] = [];
  for (const word of input.split(',').map((part) => part.trim())) {
    if (!isPluginType(word)) {
      const near = closest(word, types);
      const hint = near === undefined ? `Types: ${types.join(', ')}` : `Did you mean "${near}"?`;
      const fix: Fix =
        near === undefined
          ? 'npx create-vision-plugin list'
          : (retype) => retype({ type: input.replace(word, near) });
      refuse(context, 'E_TYPE_UNKNOWN', `Unknown type "${word}". ${hint}`, fix);
      return z.NEVER;
    }
    if (!chosen.includes(word)) chosen.push(word);
  }
  return chosen;
});

function text(
  isValid: (value: string) => boolean,
  code: ErrorCode,
  complaint: string,
  better: TypedAnswers,
) {
  return z.string().transform((input, context) => {
    const value = input.normalize('NFC').trim();
    if (isValid(value)) return value;
    refuse(context, code, `${JSON.stringify(input)} ${complaint}`, (retype) => retype(better));
    return z.NEVER;
  });
}

/** A line of code with a longer address would be broken by the formatter. */
const MAX_SERVICE_LENGTH = 72;

const baseUrl = z.string().transform((input, context) => {
  const address = input.trim().replace(/\/+$/, '');
  const problem = serviceProblem(address);
  if (problem === undefined) return address;
  refuse(context, 'E_FLAG_INVALID', `${JSON.stringify(input.slice(0, 100))} ${problem}`, (retype) =>
    retype({ baseUrl: exampleAnswers.baseUrl }),
  );
  return z.NEVER;
});

function serviceProblem(address: string): string | undefined {
  const url = URL.parse(address);
  if (url === null || !/^(?:https?|wss?):$/.test(url.protocol) || !/^[\w.~:/%[\]-]+$/.test(address))
    return 'is not the address of a service: it starts with https:// or wss://, and has no query.';
  return address.length > MAX_SERVICE_LENGTH
    ? `is longer than ${MAX_SERVICE_LENGTH} characters: give its start, and add the rest in the code.`
    : undefined;
}

/** `package@range`, as npm takes it. */
const sdk = z.string().transform((input, context) => {
  const [, vendor = '', range = ''] = /^(@?[^@]+)(?:@(.*))?$/s.exec(input.trim()) ?? [];
  const parsed = sdkSchema.safeParse({ name: vendor, range: range === '' ? '*' : range });
  if (parsed.success) return parsed.data;
  refuse(
    context,
    'E_FLAG_INVALID',
    `${JSON.stringify(input.slice(0, 100))} is not a package with a range of versions.`,
    (retype) => retype({ sdk: exampleAnswers.sdk }),
  );
  return z.NEVER;
});

const packageNamePattern = /^(@[a-z0-9][a-z0-9._-]*\/)?[a-z0-9][a-z0-9._-]*$/;

/** A package of the vendor's, with the range of its versions. */
const sdkSchema = z.object({
  name: z.string().max(100).regex(packageNamePattern),
  range: z
    .string()
    .max(40)
    .regex(/^[\w.^~<>=*| -]+$/),
});

/** Every question the command can ask, as it is answered by a flag or at a prompt. */
export const answersSchema = z.strictObject({
  name: z.optional(name),
  type: z.optional(typeList),
  transport: z.optional(z.string()),
  sdk: z.optional(sdk),
  baseUrl: z.optional(baseUrl),
  workspace: z.optional(z.boolean()),
  standalone: z.optional(z.boolean()),
  dir: z.optional(
    text((value) => value !== '' && !value.includes('\0'), 'E_FLAG_INVALID', 'is not a folder.', {
      dir: undefined,
    }),
  ),
  scope: z.optional(
    text(
      (value) => scopePattern.test(value.replace(/^@/, '')),
      'E_FLAG_INVALID',
      'is not an npm scope.',
      { scope: exampleAnswers.scope },
    ).transform((value) => value.replace(/^@/, '')),
  ),
  displayName: z.optional(
    text(
      isDisplayName,
      'E_FLAG_INVALID',
      'cannot be shown as a name: use letters, digits, spaces and simple punctuation, 80 characters at most.',
      { displayName: exampleAnswers.displayName },
    ),
  ),
  classPrefix: z.optional(
    text(
      (value) => classPrefixPattern.test(value) && value.length <= 60,
      'E_FLAG_INVALID',
      'cannot start a class name: use a capital, then letters and digits.',
      { classPrefix: exampleAnswers.classPrefix },
    ),
  ),
  envPrefix: z.optional(
    text(
      (value) => envPrefixPattern.test(value) && value.length <= 60,
      'E_FLAG_INVALID',
      'cannot start an environment variable: use capitals, digits and single underscores.',
      { envPrefix: exampleAnswers.envPrefix },
    ),
  ),
});

/** How the command runs, rather than what it makes. */
export const runSchema = z.strictObject({
  answers: z.optional(z.string()),
  dryRun: z.optional(z.enum(['summary', 'diff'])),
  json: z.optional(z.boolean()),
  yes: z.optional(z.boolean()),
  input: z.optional(z.boolean()),
  onConflict: z.optional(z.enum(conflictPolicies)),
  git: z.optional(z.boolean()),
  install: z.optional(z.boolean()),
  quiet: z.optional(z.boolean()),
  verbose: z.optional(z.boolean()),
});

/** What was answered so far, parsed. */
export type GivenAnswers = z.output<typeof answersSchema>;
export type RunOptions = z.output<typeof runSchema>;

function isTransport(type: PluginType, transport: string | undefined): boolean {
  return transport === undefined || catalogue[type].transports.includes(transport);
}

/** The answers a plugin was made with, complete: what its provenance records. */
export const settledSchema = lazily(() =>
  z.object({
    name: z.string().regex(slugPattern),
    displayName: z.string().refine(isDisplayName),
    classPrefix: z.string().regex(classPrefixPattern),
    envPrefix: z.string().regex(envPrefixPattern),
    packageName: z.string().regex(packageNamePattern),
    types: z
      .array(z.enum(types))
      .min(1)
      .refine((chosen) => new Set(chosen).size === chosen.length),
    transports: z
      .partialRecord(z.enum(types), z.string())
      .refine((chosen) => types.every((type) => isTransport(type, chosen[type]))),
    sdk: z.optional(sdkSchema),
    baseUrl: z.optional(z.string().refine((address) => serviceProblem(address) === undefined)),
    /** Outside of a workspace, or as if it were. */
    standalone: z.optional(z.boolean()),
  }),
);

export type Answers = z.output<ReturnType<typeof settledSchema>>;

/** Flags as they were typed, checked all at once; the first problem is thrown. */
export function parseAnswers(raw: Readonly<Record<string, unknown>>): GivenAnswers {
  const result = answersSchema.safeParse(raw);
  if (result.success) return result.data;
  throw firstProblem(result.error);
}

/** The first of the problems that a schema found, as an error. */
export function firstProblem(error: z.ZodError): CliError {
  const issue = error.issues[0];
  const problem: unknown = issue?.code === 'custom' ? issue.params?.['problem'] : undefined;
  if (issue === undefined || !(problem instanceof AnswerProblem)) {
    return new CliError('E_USAGE', issue?.message ?? error.message);
  }
  return new CliError(problem.code, issue.message, problem.fix);
}

/**
 * The transport of each type: `--transport http` for all that have it, `--transport stt=ws,tts=http` for each.
 *
 * @throws CliError `E_TRANSPORT_UNKNOWN`, or `E_USAGE` for a type that is not made
 */
export function chooseTransports(
  chosen: readonly PluginType[],
  wanted: string | undefined,
): Partial<Record<PluginType, string>> {
  const byType = new Map<string, string>();
  const forAll: string[] = [];
  for (const word of (wanted ?? '').split(',').map((part) => part.trim())) {
    const [left = '', right] = word.split('=', 2);
    if (right !== undefined) byType.set(left, right);
    else if (left !== '') forAll.push(left);
  }
  const stray = [...byType.keys()].find((type) => !chosen.some((one) => one === type));
  if (stray !== undefined) {
    throw new CliError(
      'E_USAGE',
      `A transport is given for "${stray}", which is not among the types: ${chosen.join(', ')}.`,
      (retype) => retype({ transport: undefined }),
    );
  }
  const unused = forAll.find(
    (word) => !chosen.some((type) => catalogue[type].transports.includes(word)),
  );
  const [first] = chosen;
  if (unused !== undefined && first !== undefined) chooseTransport(first, unused);
  return Object.fromEntries(
    chosen.map((type) => {
      const shared = forAll.find((word) => catalogue[type].transports.includes(word));
      return [type, chooseTransport(type, byType.get(type) ?? shared)];
    }),
  );
}

/** @throws CliError `E_TRANSPORT_UNKNOWN` */
export function chooseTransport(type: PluginType, wanted: string | undefined): string {
  const { transports } = catalogue[type];
  if (wanted === undefined) return transports[0];
  if (transports.includes(wanted)) return wanted;
  const near = closest(wanted, transports);
  const hint =
    near === undefined ? `Transports: ${transports.join(', ')}` : `Did you mean "${near}"?`;
  throw new CliError(
    'E_TRANSPORT_UNKNOWN',
    `Unknown transport "${wanted}" for ${type}. ${hint}`,
    (retype) => retype({ transport: near ?? transports[0] }),
  );
}
