import { groupDigits } from "../text/figures.js";
import type { PanelIndex } from "./panel-index.js";

/** Codes that are still in a file are read to count instruments when there are no more rows than this. */
const COUNT_UP_TO_ROWS = 1_000_000;

/** A PanelIndex as text: how many rows, sessions and instruments, from when to when. */
export function indexText(index: PanelIndex): string {
  const zone = index.timezone ? ` ${index.timezone}` : "";
  return `PanelIndex: ${indexSizes(index).join(", ")}, ${index.spanText()}${zone}`;
}

/**
 * Rows, sessions and instruments. Of rows that are not looked through, the instruments that some other part of the panel
 * may have alone count too.
 */
export function indexSizes(index: PanelIndex): [rows: string, sessions: string, instruments: string] {
  const isCounted = !index.allUsed && (index.holdsCodes || index.rowCount <= COUNT_UP_TO_ROWS);
  const count = isCounted ? index.usedInstruments().length : index.instruments.length;
  const instruments = plural(count, "instrument");
  return [
    plural(index.rowCount, "row"),
    plural(index.sessionCount, "session"),
    index.allUsed || isCounted ? instruments : `up to ${instruments}`,
  ];
}

function plural(count: number, noun: string): string {
  return `${groupDigits(count)} ${noun}${count === 1 ? "" : "s"}`;
}
