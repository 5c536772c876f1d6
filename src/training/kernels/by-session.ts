import type { PanelIndex } from "../../keys/panel-index.js";
import type { Block, Cells } from "../frame/block.js";
import { cellsLike } from "./column-cells.js";

/** Works on one column of one session: `cells[0 .. count)` in place. */
export type SessionKernel = (cells: Cells, count: number) => void;

/**
 * Runs a kernel over each session of each column of a block, on cells that are copied out and back.
 * @param columns those to work on; all when omitted
 */
export function mapSessions(
  index: PanelIndex,
  block: Block,
  kernel: SessionKernel,
  columns: readonly number[] = [...block.names.keys()],
): void {
  const { width } = block;
  const cells = block.writable();
  let most = 0;
  for (let s = 0; s < index.sessionCount; s++) most = Math.max(most, index.startOf(s + 1) - index.startOf(s));
  const own = cellsLike(cells, most);
  for (let s = 0; s < index.sessionCount; s++) {
    const [first, last] = [index.startOf(s), index.startOf(s + 1)];
    for (const column of columns) {
      for (let i = 0, at = first * width + column; i < last - first; i++, at += width) own[i] = cells[at]!;
      kernel(own, last - first);
      for (let i = 0, at = first * width + column; i < last - first; i++, at += width) cells[at] = own[i]!;
    }
  }
}

/** How many rows the session has that has the most. */
export function mostRows(index: PanelIndex): number {
  let most = 0;
  for (let s = 0; s < index.sessionCount; s++) {
    most = Math.max(most, index.startOf(s + 1) - index.startOf(s));
  }
  return most;
}
