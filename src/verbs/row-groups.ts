/** Rows in groups: the group of each row, -1 of one that belongs to none. */
export interface RowGroups {
  readonly of: Int32Array;
  readonly count: number;
}

/** The rows of each group in ascending order: those of group g at [starts[g], starts[g + 1]). */
export function rowsByGroup({ of, count }: RowGroups): {
  readonly rows: Uint32Array;
  readonly starts: Uint32Array;
} {
  const starts = new Uint32Array(count + 1);
  for (let row = 0; row < of.length; row++) if (of[row]! >= 0) starts[of[row]! + 1]!++;
  for (let g = 0; g < count; g++) starts[g + 1]! += starts[g]!;
  const next = starts.slice();
  const rows = new Uint32Array(starts[count]!);
  for (let row = 0; row < of.length; row++) if (of[row]! >= 0) rows[next[of[row]!]!++] = row;
  return { rows, starts };
}
