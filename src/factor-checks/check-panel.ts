import { alignRows } from "../align/align.js";
import { readTogether } from "../columns/read-together.js";
import { namesOfPanel } from "../expression/panel-table.js";
import { numericCells } from "../expression/table.js";
import { reasonsText } from "../join/ledger.js";
import { MatchAudit } from "../join/match-audit.js";
import { whyNoMatch } from "../join/no-match.js";
import type { PanelIndex } from "../keys/panel-index.js";
import type { Panel } from "../panel/panel.js";
import { formatNs } from "../time.js";
import { BarReturns, RETURN_WINDOWS } from "./bar-returns.js";
import type { FactorCheck } from "./check-factors.js";
import { EqualColumns } from "./equal-columns.js";
import { FactorTally } from "./factor-tally.js";
import { type Findings, judge } from "./problems.js";

/** What factors are checked against. */
export interface Market {
  readonly panel: Panel;
  /** Whether these are only some of its sessions, and of the factors'. */
  readonly isPart: boolean;
  /** One cell a row of `panel`. */
  readonly label?: Float32Array;
}

/** Sessions are read together until they have so many rows. */
const SLAB_ROWS = 1 << 16;

/** A check of each column of a factor file. */
export function checkPanel(path: string, panel: Panel, market: Market): FactorCheck[] {
  const { index } = panel;
  const there = market.panel.index;
  if (panel.columnNames.length === 0) {
    return [{ path, status: "error", problems: ["it has keys but no columns"] }];
  }
  const alignment = alignRows(index, there);
  const tallies = tallyColumns(panel, alignment.rows, market);
  const marketLabel = market.panel.info.source ?? "the market";
  const audit = new MatchAudit({ label: path, index }, { label: marketLabel, index: there }, { alignment });
  const marketRows = rowsWithin(there, index);
  return panel.columnNames.map((factor): FactorCheck => {
    const { type } = panel.column(factor);
    const tally = tallies.get(factor);
    const findings: Findings = {
      type,
      rows: panel.rowCount,
      sessions: index.sessionCount,
      isPart: market.isPart,
      market: marketLabel,
      matched: alignment.matched,
      whyNone: () => whyNoMatch(index, there, marketLabel) ?? "they have sessions and instruments in common",
      whyNotAll: () => reasonsText(audit.leftOnlyBecause),
      coverage: tally && marketRows > 0 ? tally.covered / marketRows : 0,
      tally,
      coefficients: tally?.correlations.coefficients(),
    };
    return { path, factor, ...judge(findings), type, ...sizeOf(index), ...figuresOf(findings) };
  });
}

function sizeOf(index: PanelIndex): Pick<FactorCheck, "rows" | "first" | "last"> {
  const [first, last] = [index.datetimes[0], index.datetimes.at(-1)];
  if (first === undefined || last === undefined) return { rows: 0 };
  return { rows: index.rowCount, first: formatNs(first), last: formatNs(last) };
}

/** What there is a share of only where there are rows, and of values only where they are numbers. */
function figuresOf({ rows, matched, coverage, tally, coefficients }: Findings): Partial<FactorCheck> {
  if (rows === 0) return {};
  const matchedShare = matched / rows;
  if (!tally) return { matchedShare };
  const { missing, infinite, least, greatest } = tally;
  const missingShare = missing / rows;
  return { matchedShare, coverage, missingShare, infinite, constant: least === greatest, ...coefficients };
}

/** How many rows `market` has between the first and the last session of `factor`. */
function rowsWithin(market: PanelIndex, { datetimes, sessionCount }: PanelIndex): number {
  if (sessionCount === 0) return 0;
  const first = market.sessionAtOrAfter(datetimes[0]!);
  const last = market.sessionAtOrAfter(datetimes[sessionCount - 1]! + 1n);
  return market.startOf(last) - market.startOf(first);
}

/** The counts of each numeric column, all made in one pass over the rows. `rows`: the market's of each, or -1. */
function tallyColumns(
  panel: Panel,
  rows: Int32Array,
  { panel: market, label }: Market,
): Map<string, FactorTally> {
  const { index } = panel;
  const fields = [...namesOfPanel(market).fields.keys()];
  const columns = readTogether(new Map(panel.columnNames.map((name) => [name, panel.column(name)])));
  const tallies = new Map<string, FactorTally>();
  const returns = BarReturns.of(market);
  for (const [name, precision] of namesOfPanel(panel).fields) {
    tallies.set(name, new FactorTally(new EqualColumns(market, fields, precision === "single")));
  }
  for (let from = 0, to = 0; from < index.sessionCount; from = to) {
    const first = index.startOf(from);
    do to++;
    while (to < index.sessionCount && index.startOf(to + 1) - first <= SLAB_ROWS);
    const last = index.startOf(to);
    const beside = rows.subarray(first, last);
    const labels = label && labelsBeside(label, beside);
    const near = Array.from({ length: to - from }, (_, i) => {
      return returnsBeside(
        rows.subarray(index.startOf(from + i), index.startOf(from + i + 1)),
        market,
        returns,
      );
    });
    const cells = new Float64Array(last - first);
    for (const [name, tally] of tallies) {
      cells.set(numericCells(columns.get(name)!.read(first, last)));
      for (let s = from; s < to; s++) {
        const [a, b] = [index.startOf(s) - first, index.startOf(s + 1) - first];
        tally.take(cells.subarray(a, b), beside.subarray(a, b), labels?.subarray(a, b), near[s - from]!);
      }
    }
  }
  return tallies;
}

/** The market's returns beside the rows of a session, one list a window; none where the session is not looked at. */
function returnsBeside(
  rows: Int32Array,
  { index }: Panel,
  returns: BarReturns | undefined,
): readonly (Float32Array | undefined)[] {
  const row = rows.find((one) => one >= 0);
  const session = row === undefined ? -1 : index.sessionOf(row);
  if (!returns || session < 0 || !returns.takes(session)) return [];
  const base = index.startOf(session);
  const codes = index.codesOf(base, index.startOf(session + 1));
  return RETURN_WINDOWS.map((window) => {
    const cells = returns.around(session, window);
    return cells && Float32Array.from(rows, (one) => (one < 0 ? Number.NaN : cells[codes[one - base]!]!));
  });
}

/** `Float32Array.from` with a function would take ten times as long. */
function labelsBeside(label: Float32Array, rows: Int32Array): Float32Array {
  const out = new Float32Array(rows.length);
  for (let i = 0; i < rows.length; i++) out[i] = rows[i]! < 0 ? Number.NaN : label[rows[i]!]!;
  return out;
}
