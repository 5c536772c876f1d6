import { DataServiceError } from "../errors.js";
import { listNames } from "../names/field.js";
import type { Block } from "./frame/block.js";
import type { Frame } from "./frame/frame.js";
import type { Segment } from "./segments/resolve-segments.js";
import { sessionsIn } from "./segments/span.js";
import type { Allowance } from "./training-request.js";

/**
 * Looks for columns without a number before a processor fills them, after which nothing would show.
 * @returns what to tell: features that have no number at all, as qlib lets them be, and those that were allowed
 * @throws DataServiceError bad-request for a label without a number, and for a feature that some segments have and others lack
 */
export function checkColumns(
  frame: Frame,
  segments: ReadonlyMap<string, Segment>,
  allow: readonly Allowance[],
): string[] {
  refuseEmptyLabels(frame);
  const block = frame.blocks.get("feature");
  if (!block) return [];
  const lacking = [...segments.values()].map((segment) => {
    const { first, last } = sessionsIn(frame.index, { startNs: segment.firstNs, endNs: segment.lastNs });
    const [from, to] = [frame.index.startOf(first), frame.index.startOf(last)];
    return { name: segment.name, columns: from === to ? new Set<number>() : withoutNumber(block, from, to) };
  });
  const nowhere = [...block.names.keys()].filter((c) => lacking.every(({ columns }) => columns.has(c)));
  const notes: string[] = [];
  if (nowhere.length > 0) {
    notes.push(`${listNames(nowhere.map((c) => block.names[c]!))}: no number in any segment`);
  }
  for (const { name, columns } of lacking) {
    const partly = [...columns].filter((c) => !nowhere.includes(c)).map((c) => block.names[c]!);
    if (partly.length === 0) continue;
    const problem = `the segment "${name}" has no number of ${listNames(partly)}, which other segments have; a model would be trained on one thing and asked for another`;
    if (!allow.includes("missing-features")) {
      const advice = `: leave it out, move the segment, or allow: ["missing-features"]`;
      throw new DataServiceError("bad-request", problem + advice, { field: partly[0]! });
    }
    notes.push(`allowed: ${problem}`);
  }
  return notes;
}

function refuseEmptyLabels(frame: Frame): void {
  const block = frame.blocks.get("label");
  if (!block || frame.rowCount === 0) return;
  const lacking = [...withoutNumber(block, 0, frame.rowCount)].map((c) => block.names[c]!);
  if (lacking.length === 0) return;
  const problem = `the label ${listNames(lacking)} is NaN in all ${frame.rowCount} rows; is it asked of the right fields and dates?`;
  throw new DataServiceError("bad-request", problem, { field: lacking[0]! });
}

/** The columns that are NaN in all the rows [first, last): row by row, as most are found to have a number in the first. */
function withoutNumber(block: Block, first: number, last: number): Set<number> {
  const cells = block.cells();
  const { width } = block;
  let open = [...block.names.keys()];
  for (let row = first; row < last && open.length > 0; row++) {
    const base = row * width;
    if (open.some((c) => !Number.isNaN(cells[base + c]!)))
      open = open.filter((c) => Number.isNaN(cells[base + c]!));
  }
  return new Set(open);
}
