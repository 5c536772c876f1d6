import type { Column } from "./column.js";
import type { ColumnBlock, Progress } from "./table.js";

interface Batch {
  readonly block: ColumnBlock;
  readonly first: number;
  readonly last: number;
  readonly columns: Column[];
}

/**
 * Reads all columns into memory, those that lie together in a file in one pass. `meanwhile` is run
 * once, before this thread reads anything itself: threads that help have begun by then.
 */
export function loadColumns(
  columns: Iterable<Column>,
  onProgress?: (progress: Progress) => void,
  meanwhile?: () => void,
): void {
  const batches: Batch[] = [];
  const single: Column[] = [];
  const wanted = new Set(columns);
  loadJoined(wanted);
  for (const column of wanted) {
    const origin = column.origin();
    if (!origin || column.refusal !== undefined) continue; // told to those who read it, and not to those who load all
    const { first, last } = origin;
    const block = origin.source.block;
    if (!block) {
      single.push(column);
      continue;
    }
    const same = batches.find((b) => b.block === block && b.first === first && b.last === last);
    if (same) same.columns.push(column);
    else batches.push({ block, first, last, columns: [column] });
  }
  let others = meanwhile;
  const runOthers = () => {
    others?.();
    others = undefined;
  };
  if (batches.length === 0) runOthers();
  const totalRows = sum(batches.map((b) => b.last - b.first)) + sum(single.map((c) => c.length));
  let rows = 0;
  for (const { block, first, last, columns: together } of batches) {
    const sources = together.map((column) => column.origin()!.source);
    const report = (done: number) => onProgress?.({ rows: rows + done, totalRows });
    const read = block.read(sources, first, last, report, runOthers);
    for (const [i, column] of together.entries()) column.fill(read[i]!);
    rows += last - first;
  }
  for (const column of single) {
    column.values; // loads it
    rows += column.length;
    onProgress?.({ rows, totalRows });
  }
}

/** Columns that others are gathered from, such as those of a joined panel, are read first, again together. */
function loadJoined(columns: Iterable<Column>): void {
  const parents = new Set<Column>();
  for (const column of columns) {
    const source = column.origin()?.source;
    if (source?.readsWhole && source.refusal === undefined && source.length === column.length)
      parents.add(source.readsWhole);
  }
  if (parents.size > 0) loadColumns(parents);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, n) => total + n, 0);
}
