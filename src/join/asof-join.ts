import { RowAlignment } from "../align/align.js";
import { alignColumn } from "../align/aligned-column.js";
import { mapInstruments } from "../align/instrument-map.js";
import { DataServiceError, pathOf } from "../errors.js";
import { datetimeColumn } from "../keys/key-columns.js";
import type { PanelIndex } from "../keys/panel-index.js";
import { isTied, keyText } from "../keys/repeated-keys.js";
import { checkChoice } from "../names/choice.js";
import { bareName } from "../names/field.js";
import { checkKeys, type RequestKeys } from "../names/request-keys.js";
import type { PanelNote } from "../panel/notes.js";
import { inOneZone } from "../panel/one-zone.js";
import { onlyPanels } from "../panel/only-panels.js";
import type { Panel } from "../panel/panel.js";
import { type DurationInput, parseDurationNs } from "../time.js";
import { accountOf, checkMaxLoss, refuseLoss } from "./account.js";
import { type ColumnNaming, planColumns } from "./join-columns.js";
import { assemble, type JoinResult, labelsOf, namesFrom } from "./join-panels.js";
import { MatchAudit } from "./match-audit.js";
import { judgeAsofLeft, judgeAsofRight } from "./match-reasons.js";
import { instrumentsApart, noMatchNote } from "./no-match.js";

/** How old a row may be that `asofJoin` takes, and which of several. */
export interface AsofOptions extends ColumnNaming {
  /** How old the right row may be, inclusive: `"30d"`, `"90min"`, or nanoseconds. Any age when omitted. */
  readonly tolerance?: DurationInput | undefined;
  /** Whether a row with the same datetime counts; true by default. False: only what was known before. */
  readonly allowExactMatches?: boolean | undefined;
  /**
   * Which of several right rows of one key counts, where `right` was opened with `duplicates: "keep"`: the `"last"` by
   * default, as in pandas, the `"first"`, both in the order of the file, or with `"error"` neither.
   */
  readonly ties?: Ties | undefined;
  /** Adds the datetime of the right row under this name (type `datetime`, masked where there is none). */
  readonly matchedDatetime?: string | undefined;
  /** The share of left rows, 0 to 1, that may stay without a match; more is an error. Any share when omitted. */
  readonly maxLoss?: number | undefined;
}

/** Which of several rows of one key an as-of join takes. */
export type Ties = "first" | "last" | "error";

const TIES: readonly Ties[] = ["first", "last", "error"];

const ASOF_KEYS: RequestKeys<AsofOptions> = {
  tolerance: true,
  allowExactMatches: true,
  ties: true,
  matchedDatetime: true,
  maxLoss: true,
  onConflict: true,
  suffixes: true,
};

/**
 * Puts beside each row of `left` the latest row of `right` of the same instrument at or before its datetime: for
 * announcements and point-in-time tables. Keeps all left rows. pandas'
 * `merge_asof(direction="backward", by="instrument")`. Instants are compared: the right's times are taken to the
 * left's zone, where they have another. O(rows of both).
 * @throws DataServiceError column-conflict, zone-conflict, max-loss, duplicate-keys (`ties: "error"`), bad-request
 * @example
 * const { panel } = asofJoin(prices, announcements, { tolerance: "90d" });
 */
export function asofJoin(left: Panel, other: Panel, options: AsofOptions = {}): JoinResult {
  checkKeys(options, ASOF_KEYS, "asofJoin");
  const { tolerance, allowExactMatches = true, ties = "last", matchedDatetime, maxLoss } = options;
  checkChoice(ties, TIES, "asofJoin: ties");
  const oldest = tolerance === undefined ? undefined : parseDurationNs(tolerance, "tolerance");
  checkMaxLoss(maxLoss);
  onlyPanels([left, other], "asofJoin");
  const [leftLabel, rightLabel] = labelsOf([left, other]) as [string, string];
  const { panels, notes: zones } = inOneZone([left, other], [leftLabel, rightLabel], "asofJoin");
  const right = panels[1]!;
  const plan = planColumns(panels, [leftLabel, rightLabel], options);
  if (
    matchedDatetime !== undefined &&
    plan.some(({ name }) => bareName(name) === bareName(matchedDatetime))
  ) {
    throw new DataServiceError(
      "column-conflict",
      `asofJoin: matchedDatetime "${matchedDatetime}" is the name of a column; choose another`,
      { field: matchedDatetime },
    );
  }
  const own = RowAlignment.ofRun(0, left.rowCount);
  const [leftIndex, rightIndex] = [left.index, right.indexWithRepeats]; // what the ledger keeps of the panels
  const first = ties === "first";
  const align = () => RowAlignment.of(alignAsof(leftIndex, rightIndex, oldest, allowExactMatches, first));
  const rows = align();
  if (ties === "error" && rightIndex.repeats > 0) refuseTies(rows.rows, rightIndex, rightLabel);
  const match = new MatchAudit(
    { label: leftLabel, index: leftIndex },
    { label: rightLabel, index: rightIndex },
    {
      align,
      alignment: rows,
      judges: {
        left: (toRight) => judgeAsofLeft(leftIndex, rightIndex, toRight, allowExactMatches),
        right: (toLeft) => judgeAsofRight(leftIndex, toLeft),
      },
    },
  );
  const taken = distinctRows(rows.rows, right.rowCount);
  const account = accountOf(right, rightLabel, 1, plan, rows);
  const extra =
    matchedDatetime === undefined
      ? undefined
      : ([matchedDatetime, alignColumn(datetimeColumn(rightIndex), rows)] as const);
  const accounts = [
    accountOf(left, leftLabel, 0, plan, own),
    {
      ...account,
      used: taken,
      dropped: right.rowCount - taken,
      columns: extra ? [...account.columns, extra[0]] : account.columns,
    },
  ];
  if (maxLoss !== undefined) refuseLoss("as of", maxLoss, accounts[0]!, false, [match]);
  const notes: PanelNote[] = [...zones];
  if (rows.matched === 0 && left.rowCount > 0 && right.rowCount > 0) {
    const tooOld = oldest === undefined ? "" : ", or are older than the tolerance allows";
    const why =
      instrumentsApart(rightIndex, leftIndex, leftLabel) ??
      `its rows all come after those of their instruments in ${leftLabel}${tooOld}`;
    notes.push(noMatchNote(rightLabel, why, namesFrom(1, plan).keys()));
  }
  const [index, matches] = [left.index, [match]];
  return assemble({ index, panels, rows: [own, rows], plan, how: "as of", accounts, matches, extra, notes });
}

/**
 * For each row of `left` the latest row of `right` of its instrument, not after it nor older than `oldest`
 * (nanoseconds), or -1; of several of one time the last, or the first. Sessions are merged; what was last seen of each instrument is one slot.
 */
function alignAsof(
  left: PanelIndex,
  right: PanelIndex,
  oldest: bigint | undefined,
  allowExactMatches: boolean,
  takesFirst: boolean,
): Int32Array {
  const toLeft = mapInstruments(right.instruments, left.instruments);
  const spare = left.instruments.length;
  for (let code = 0; code < toLeft.length; code++) if (toLeft[code]! < 0) toLeft[code] = spare;
  const latest = new Int32Array(spare + 1).fill(-1);
  const rows = new Int32Array(left.rowCount);
  const [leftCodes, rightCodes] = [left.codes, right.codes];
  const see = takesFirst && right.repeats > 0 ? seeFirst : seeLast;
  let [next, oldestSession] = [0, 0];
  for (let s = 0; s < left.sessionCount; s++) {
    const now = left.datetimes[s]!;
    for (; next < right.sessionCount; next++) {
      const time = right.datetimes[next]!;
      if (allowExactMatches ? time > now : time >= now) break;
      see(latest, toLeft, rightCodes, right.startOf(next), right.startOf(next + 1));
    }
    if (oldest !== undefined) {
      while (oldestSession < next && right.datetimes[oldestSession]! < now - oldest) oldestSession++;
    }
    recall(latest, leftCodes, left.startOf(s), left.startOf(s + 1), right.startOf(oldestSession), rows);
  }
  return rows;
}

function seeLast(
  latest: Int32Array,
  toLeft: Int32Array,
  codes: Int32Array,
  first: number,
  last: number,
): void {
  for (let row = first; row < last; row++) latest[toLeft[codes[row]!]!] = row;
}

/** Rows of the right before `oldestRow` are too old. */
/** The same, where rows of one key lie one after another and the first is wanted. */
function seeFirst(
  latest: Int32Array,
  toLeft: Int32Array,
  codes: Int32Array,
  first: number,
  last: number,
): void {
  for (let row = first; row < last; row++) {
    if (row === first || codes[row] !== codes[row - 1]) latest[toLeft[codes[row]!]!] = row;
  }
}

/** @throws DataServiceError duplicate-keys */
function refuseTies(rows: Int32Array, right: PanelIndex, label: string): void {
  const tied = rows.find((row) => row >= 0 && isTied(right, row));
  if (tied === undefined) return;
  throw new DataServiceError(
    "duplicate-keys",
    `asofJoin: ${label} has several rows of ${keyText(right, tied)}, and ties is "error"; choose one with ties: "last" or "first"`,
    { ...pathOf(label), found: [keyText(right, tied)] },
  );
}

function recall(
  latest: Int32Array,
  codes: Int32Array,
  first: number,
  last: number,
  oldestRow: number,
  rows: Int32Array,
): void {
  for (let row = first; row < last; row++) {
    const found = latest[codes[row]!]!;
    rows[row] = found | ((found - oldestRow) >> 31); // -1 where found < oldestRow
  }
}

function distinctRows(rows: Int32Array, rowCount: number): number {
  const seen = new Uint8Array(rowCount);
  for (let i = 0; i < rows.length; i++) if (rows[i]! >= 0) seen[rows[i]!] = 1;
  let count = 0;
  for (let row = 0; row < rowCount; row++) count += seen[row]!;
  return count;
}
