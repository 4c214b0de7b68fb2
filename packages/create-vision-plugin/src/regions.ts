/** A marked region of a file: from the line of its first marker to the end of the line of its last. */
export interface Region {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** The region of this tool in a text; undefined where there is none, or more than one. */
export function findRegion(text: string): Region | undefined {
  const [first, ...others] = text.matchAll(/^.*#region vision-plugin\b.*$/gm);
  const [last, ...moreEnds] = text.matchAll(/^.*#endregion vision-plugin\b.*$/gm);
  if (first === undefined || last === undefined || others.length > 0 || moreEnds.length > 0)
    return undefined;
  const end = last.index + last[0].length;
  if (last.index <= first.index) return undefined;
  return { start: first.index, end, text: text.slice(first.index, end) };
}
