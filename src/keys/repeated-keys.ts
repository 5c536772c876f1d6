import { DataServiceError, pathOf } from "../errors.js";
import { formatNs } from "../time.js";
import type { PanelIndex } from "./panel-index.js";

/** Whether a row has the key of the one before it or behind it. */
export function isTied(index: PanelIndex, row: number): boolean {
  const { codes } = index;
  const session = index.sessionOf(row);
  const isSame = (other: number) =>
    other >= index.startOf(session) && other < index.startOf(session + 1) && codes[other] === codes[row];
  return isSame(row - 1) || isSame(row + 1);
}

/** The key of a row as errors print it: `(2020-04-28, 600000.SH)`. */
export function keyText(index: PanelIndex, row: number): string {
  return `(${formatNs(index.datetimes[index.sessionOf(row)]!)}, ${index.instruments[index.codes[row]!]})`;
}

/** Says that a panel which keeps rows of one key is for the right side of an as-of join alone. @throws DataServiceError duplicate-keys */
export function refuseRepeats(index: PanelIndex, label: string): never {
  let row = 0;
  while (!isTied(index, row)) row++;
  const count = index.repeats;
  throw new DataServiceError(
    "duplicate-keys",
    `${label}: ${count} ${count === 1 ? "row repeats" : "rows repeat"} the key of another, first ${keyText(index, row)}; opened with duplicates: "keep" it is for the right side of asofJoin alone, which has ties for them; drop one of each in pandas with df[~df.index.duplicated()] for other uses`,
    { ...pathOf(label), count },
  );
}
