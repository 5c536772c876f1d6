import type { PanelIndex } from "../../keys/panel-index.js";
import type { Block } from "../frame/block.js";
import { mapSessions, mostRows } from "./by-session.js";
import { RowLoops } from "./row-loops.js";
import { RANK_SPREAD, rankNormalize } from "./session-kernels.js";

/** What the loops count in, and the two items of 8 bytes that they have for a row. */
const COUNT_BYTES = 3 * 256 * 4;
const ITEM_BYTES = 16;

/** `rankNormalize` of every column of a block, session by session. */
export function rankSessions(index: PanelIndex, block: Block): void {
  const cells = block.writable();
  const { width } = block;
  const most = mostRows(index);
  const work = COUNT_BYTES + ITEM_BYTES * most;
  const rows = RowLoops.of(cells, width, work, most);
  if (!rows) {
    mapSessions(index, block, rankNormalize);
    return;
  }
  const { at } = rows.float32(work / 4);
  for (let s = 0; s < index.sessionCount; s++) {
    rows.change(cells, index.startOf(s), index.startOf(s + 1), (count) => {
      rows.loops.rankColumns(0, width, count, RANK_SPREAD, at);
    });
  }
}
