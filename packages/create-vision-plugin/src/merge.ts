import type { ConflictPolicy } from './conflict-policy.ts';
import { sha256 } from './hash.ts';
import { mergeJsonText, valuesOf } from './json-text.ts';
import type { Values } from './json-text.ts';
import type { Ownership } from './ownership.ts';
import type { Action, SkipReason } from './plan.ts';
import { recordOf } from './provenance.ts';
import type { RecordedFile } from './provenance.ts';
import { findRegion } from './regions.ts';

/** A file as it was made, as it is, and as this version would make it. */
export interface Sides {
  readonly ownership: Exclude<Ownership, 'seed'>;
  /** What its provenance says; undefined for a file that was not there then. */
  readonly record: RecordedFile | undefined;
  readonly current: string | undefined;
  readonly wanted: string;
  /** For `json`: the values to bring it to; those of `wanted` unless given. */
  readonly values?: Values;
  /** Whether the change must be made, as for a part that is added, so that a missing region is a conflict. */
  readonly required?: boolean;
}

export interface Merged {
  readonly action: Action;
  /** After the run; of a conflict, what we would have written. */
  readonly content: string;
  readonly reason?: SkipReason;
  /** For `json`: pointers to values of the user's that stay. */
  readonly kept?: readonly string[];
  /** What the provenance says from now on. */
  readonly record: RecordedFile | undefined;
}

/**
 * What still is as we wrote it becomes what we would write now. What the user changed, and we did not, stays.
 * What both changed is a conflict, and the policy decides.
 */
export function mergeFile(sides: Sides, policy: ConflictPolicy): Merged {
  const { ownership, record, current, wanted } = sides;
  if (current === undefined) return mergeMissing(sides, policy);
  switch (ownership) {
    case 'managed':
      return settleText(sides, policy, current, wanted);
    case 'block':
      return mergeRegion(sides, policy, current);
    case 'json':
      return mergeJson(sides, policy, current, record);
    default: {
      const unreachable: never = ownership;
      throw new Error(`Unknown ownership ${JSON.stringify(unreachable)}`);
    }
  }
}

/** A file that was made and is gone was deleted by the user, and stays so. */
function mergeMissing(
  { ownership, record, wanted, required }: Sides,
  policy: ConflictPolicy,
): Merged {
  const next = recordOf(wanted, ownership);
  if (record === undefined) return { action: 'create', content: wanted, record: next };
  if (required !== true || policy === 'keep')
    return { action: 'skip', reason: 'deleted', content: '', record: next };
  return policy === 'overwrite'
    ? { action: 'create', content: wanted, record: next }
    : { action: 'conflict', content: wanted, record };
}

function settleText(
  { ownership, record }: Sides,
  policy: ConflictPolicy,
  current: string,
  wanted: string,
  /** The whole of the file, where only a region of it is ours. */
  inFile = (text: string): string => text,
): Merged {
  const next = recordOf(inFile(wanted), ownership);
  const [now, then] = [fingerprint(current), record?.sha256];
  if (now === fingerprint(wanted))
    return { action: 'unchanged', content: inFile(current), record: next };
  if (now === then)
    return { action: 'update', content: inFile(likeIn(current, wanted)), record: next };
  if (then === fingerprint(wanted))
    return { action: 'skip', reason: 'edited', content: inFile(current), record };
  if (policy === 'keep')
    return { action: 'skip', reason: 'edited', content: inFile(current), record: next };
  // A file that we never made is the user's: no option takes it from them.
  return policy === 'overwrite' && record !== undefined
    ? { action: 'update', content: inFile(likeIn(current, wanted)), record: next }
    : { action: 'conflict', content: inFile(likeIn(current, wanted)), record };
}

function mergeRegion(sides: Sides, policy: ConflictPolicy, current: string): Merged {
  const [region, wanted] = [findRegion(current), findRegion(sides.wanted)];
  if (wanted === undefined) throw new Error('A template of a block has no region.');
  if (region !== undefined) {
    const inFile = (text: string): string =>
      `${current.slice(0, region.start)}${text}${current.slice(region.end)}`;
    return settleText(sides, policy, region.text, wanted.text, inFile);
  }
  const record = recordOf(sides.wanted, 'block');
  // Without its markers the region is the user's; what must be in it is theirs to write.
  return sides.required === true && policy !== 'keep'
    ? {
        action: 'conflict',
        content: `${current.trimEnd()}\n\n${wanted.text}\n`,
        record: sides.record,
      }
    : { action: 'skip', reason: 'edited', content: current, record };
}

function mergeJson(
  { wanted, values = valuesOf(JSON.parse(wanted)) }: Sides,
  policy: ConflictPolicy,
  current: string,
  record: RecordedFile | undefined,
): Merged {
  const base = new Map(Object.entries(record?.values ?? {}));
  const mark = current.startsWith('\uFEFF') ? '\uFEFF' : '';
  const merged = mergeJsonText(current.slice(mark.length), base, values);
  const next = { ...recordOf(wanted, 'json'), values: Object.fromEntries(values) };
  if (merged === undefined) {
    return policy === 'keep'
      ? { action: 'skip', reason: 'edited', content: current, record: next }
      : { action: 'conflict', content: wanted, record };
  }
  const { text, kept } = merged;
  const same = text === current.slice(mark.length);
  return { action: same ? 'unchanged' : 'update', content: mark + text, kept, record: next };
}

/** Git may have given the file the line ends of another system. */
function fingerprint(text: string): string {
  return sha256(text.replaceAll('\r\n', '\n'));
}

function likeIn(current: string, text: string): string {
  return current.includes('\r\n') ? text.replaceAll('\n', '\r\n') : text;
}
