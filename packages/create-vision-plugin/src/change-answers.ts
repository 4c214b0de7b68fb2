import * as z from 'zod';
import { answersSchema, firstProblem, runSchema, typeList } from './answers.ts';

/** What `add` asks. */
export const additionSchema = z.strictObject({
  type: typeList,
  transport: answersSchema.shape.transport,
  sdk: answersSchema.shape.sdk,
  baseUrl: answersSchema.shape.baseUrl,
  to: answersSchema.shape.dir,
});

/** How a command runs that changes plugins. */
export const changeRunSchema = z.strictObject({
  ...runSchema.omit({ answers: true, git: true, install: true }).shape,
});

/** What `add` was given, checked all at once; the first problem is thrown. */
export function parseAddition(
  raw: Readonly<Record<string, unknown>>,
): z.output<typeof additionSchema> {
  const result = additionSchema.safeParse(raw);
  if (result.success) return result.data;
  throw firstProblem(result.error);
}
