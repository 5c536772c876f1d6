import type { NumericColumn } from "./table.js";

/**
 * Copies runs of panel rows, one after another; those that are neighbours in the panel at once.
 * @param firstRow the panel row that cell 0 of `source` stands for
 */
export function copyRuns(
  source: NumericColumn,
  firstRow: number,
  runStarts: Uint32Array,
  runEnds: Uint32Array,
  into: NumericColumn,
): void {
  let at = 0;
  for (const [begin, end] of joinedRuns(runStarts, runEnds)) {
    into.set(source.subarray(begin - firstRow, end - firstRow), at);
    at += end - begin;
  }
}

/** The runs, those that follow each other without a gap as one. */
export function* joinedRuns(runStarts: Uint32Array, runEnds: Uint32Array): Generator<[number, number]> {
  for (let i = 0; i < runStarts.length; ) {
    const begin = runStarts[i]!;
    let end = runEnds[i++]!;
    while (i < runStarts.length && runStarts[i] === end) end = runEnds[i++]!;
    yield [begin, end];
  }
}
