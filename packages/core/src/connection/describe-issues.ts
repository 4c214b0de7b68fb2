import type { StandardSchemaV1 } from '@standard-schema/spec';
import { redact } from '../errors/redact.ts';

const EXCERPT_LENGTH = 80;
/** Secrets are masked before the text is cut, or half of one could be left at the end. */
const REDACTED_LENGTH = 4_096;

/** What did not fit a schema, and where: `choices.0.text: expected string`. */
export function describeIssues(issues: readonly StandardSchemaV1.Issue[]): string {
  return issues
    .map(({ path, message }) => {
      const where = path?.map((segment) => String(keyOf(segment))).join('.') ?? '';
      return where === '' ? message : `${where}: ${message}`;
    })
    .join('; ');
}

export function keyOf(
  segment: PropertyKey | StandardSchemaV1.PathSegment | undefined,
): PropertyKey {
  return typeof segment === 'object' ? segment.key : (segment ?? '');
}

/** The beginning of a provider's text, quoted, without secrets. */
export function excerpt(text: string, length = EXCERPT_LENGTH): string {
  const clean = redact(text.slice(0, REDACTED_LENGTH));
  return JSON.stringify(clean.length > length ? `${clean.slice(0, length)}…` : clean);
}
