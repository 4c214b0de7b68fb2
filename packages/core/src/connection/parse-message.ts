import type { StandardSchemaV1 } from '@standard-schema/spec';
import { describeIssues, excerpt } from './describe-issues.ts';
import { isUnknownType } from './message-types.ts';

export type ParsedMessage<Message> =
  | { type: 'message'; message: Message }
  /** Valid JSON of a type that the schema does not name. */
  | { type: 'unknown' }
  | { type: 'malformed'; reason: string };

/** Reads one text frame: JSON, then the plugin's schema. */
export function parseMessage<Message>(
  text: string,
  schema: StandardSchemaV1<unknown, Message>,
): ParsedMessage<Message> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { type: 'malformed', reason: `not JSON: ${excerpt(text)}` };
  }
  const result = validate(value, schema);
  if (typeof result === 'string') return { type: 'malformed', reason: result };
  if (!result.issues) return { type: 'message', message: result.value };
  if (isUnknownType(value, schema)) return { type: 'unknown' };
  return { type: 'malformed', reason: `${describeIssues(result.issues)} in ${excerpt(text)}` };
}

/** The schema's result, or why it has none. */
function validate<Message>(
  value: unknown,
  schema: StandardSchemaV1<unknown, Message>,
): StandardSchemaV1.Result<Message> | string {
  try {
    const result = schema['~standard'].validate(value);
    if (!(result instanceof Promise)) return result;
    // Nobody waits for it, so nobody else would hear that it fails.
    result.catch(() => undefined);
    return 'the messages schema must be synchronous and must not throw';
  } catch (error) {
    return `the messages schema throws: ${error instanceof Error ? error.message : String(error)}`;
  }
}
