import { join } from "node:path";
import type { Panel } from "../../panel/panel.js";
import type { ColumnComparison, Explanation } from "../factor-report.js";
import { MarketInput } from "../market-input.js";
import type { FactorSource } from "../sources/factor-source.js";
import { layPanel } from "../sources/lay-beside.js";
import { type ColumnPair, differing, distanceOf, ROUNDING_ULPS } from "./compare-columns.js";
import { explanationOf } from "./explanation-texts.js";
import {
  type Guess,
  guessFromCells,
  guessOneCell,
  guessPerInstrument,
  nearOf,
  sessionText,
  spanOf,
} from "./hypotheses.js";
import { calendarRows, unadjusted } from "./other-inputs.js";

/** What a comparison found, before it is explained. */
export interface Compared {
  readonly pair: ColumnPair;
  readonly comparison: ColumnComparison;
  readonly market: Panel;
  /** The factor that gave the left side; it is computed again on inputs that might explain the right. */
  readonly source: FactorSource;
  readonly recorded: Panel;
  /** 1 for each row of the market that the recorded file has, or that the result has. */
  readonly inRecorded: Uint8Array;
  readonly inResult: Uint8Array;
  readonly rowsOnlyRight: number;
  readonly columnsOnlyLeft: readonly string[];
  /** Instruments of the file have the other spelling. */
  readonly otherSpelling: boolean;
  /** Where other inputs are written for Python. */
  readonly folder: string;
}

/** Why the two sides differ; each guess is checked on the cells, or by computing the factor again, before it is said. */
export async function explainDifference(compared: Compared): Promise<Explanation> {
  const guess =
    differing(compared.comparison) === 0
      ? explainEqualCells(compared)
      : (guessFromCells(compared.pair) ??
        (await explainByInput(compared)) ??
        guessOneCell(compared.pair) ??
        explainByCorrelation(compared));
  return explanationOf(guess);
}

/** Where the cells are equal: what of rows, columns and names is not. */
function explainEqualCells(compared: Compared): Guess {
  const { pair, columnsOnlyLeft, inRecorded, inResult, rowsOnlyRight, otherSpelling } = compared;
  const { index, left } = pair;
  if (columnsOnlyLeft.length > 0)
    return { code: "columns-missing", values: { missing: columnsOnlyLeft.join(", ") } };
  const lacking = Array.from(inRecorded.keys()).filter((row) => inRecorded[row] === 0);
  const span = spanOf(inRecorded, index);
  if (lacking.length > 0 && span) {
    const [after, before] = [
      lacking.every((row) => index.sessionOf(row) > span.to),
      lacking.every((row) => index.sessionOf(row) < span.from),
    ];
    if (after)
      return {
        code: "tail-missing",
        values: { recordedTo: sessionText(index, span.to), sessions: index.sessionCount - 1 - span.to },
      };
    if (before)
      return {
        code: "head-missing",
        values: { recordedFrom: sessionText(index, span.from), sessions: span.from },
      };
  }
  if (lacking.some((row) => !Number.isNaN(left[row]!)) || rowsOnlyRight > 0) {
    return { code: "other-rows", values: { missing: lacking.length, more: rowsOnlyRight } };
  }
  if (inResult.includes(0))
    return { code: "rows-missing-were-nan", values: { rows: inResult.reduce((n, mark) => n + 1 - mark, 0) } };
  return { code: otherSpelling ? "other-spelling" : "identical", values: {} };
}

/** How much nearer the recorded values must be on another input before that input is said to be theirs. */
const EXPLAINED_SHARE = 0.995;

/** Other inputs: the sessions the file covers, prices without adjustment, rows for every session of the calendar. */
async function explainByInput(compared: Compared): Promise<Guess | undefined> {
  const { pair, market, source } = compared;
  if (!source.computes) return undefined;
  const span = spanOf(compared.inRecorded, pair.index);
  const last = market.index.sessionCount - 1;
  if (span && (span.from > 0 || span.to < last)) {
    const { index } = market;
    const [first, end] = [index.startOf(span.from), index.startOf(span.to + 1)];
    const part = market.filter((row) => row >= first && row < end);
    if (await explains(compared, part, "span", 0)) return spanGuess(compared, span);
  }
  const raw = unadjusted(market);
  if (raw && (await explains(compared, raw, "unadjusted", 1e-3)))
    return { code: "unadjusted-prices", values: {} };
  const filled = calendarRows(market);
  if (filled && (await explains(compared, filled, "calendar", 0)))
    return { code: "rows-not-calendar", values: {} };
  return undefined;
}

function spanGuess({ pair }: Compared, { from, to }: { from: number; to: number }): Guess {
  const { index } = pair;
  const values = {
    ...(from > 0 && { recordedFrom: sessionText(index, from) }),
    ...(to < index.sessionCount - 1 && {
      recordedTo: sessionText(index, to),
      sessions: index.sessionCount - 1 - to,
    }),
  };
  if (from > 0 && to === index.sessionCount - 1)
    return { code: "later-start", values: { ...values, sessions: from } };
  const shape = guessPerInstrument(pair);
  if (shape === "ratio") return { code: "constant-ratio-per-instrument", values };
  if (shape === "affine") return { code: "affine-per-instrument", values };
  const { left, right, inBoth } = pair;
  const comesAndGoes = Array.from(inBoth.keys()).some((row) => {
    return inBoth[row] === 1 && Number.isNaN(left[row]!) !== Number.isNaN(right[row]!);
  });
  return { code: comesAndGoes ? "other-members" : "earlier-end", values };
}

/** Whether the factor on another input gives the recorded values, of nearly all cells that differ now. */
async function explains(compared: Compared, input: Panel, name: string, tolerance: number): Promise<boolean> {
  const { source, recorded, pair, folder } = compared;
  const run = await source.run(MarketInput.of(input, join(folder, name)));
  const found = run.columns.get(pair.column);
  if (!found) return false;
  const there = layPanel(recorded, input.index, 0);
  const right = there.columns.get(pair.column);
  if (!right) return false;
  const now: ColumnPair = {
    column: pair.column,
    index: input.index,
    left: found,
    right,
    inBoth: there.present,
  };
  const rounds = nearOf(now);
  let [equal, cells] = [0, 0];
  for (let row = 0; row < found.length; row++) {
    if (there.present[row] === 0) continue;
    cells++;
    const [a, b] = [found[row]!, right[row]!];
    const near = distanceOf(now, row) <= ROUNDING_ULPS || rounds(row) || closeTo(a, b, tolerance);
    equal += near ? 1 : 0;
  }
  const before = 1 - differing(compared.comparison) / compared.comparison.cells;
  return cells > 0 && equal / cells >= EXPLAINED_SHARE && equal / cells > before;
}

function closeTo(a: number, b: number, tolerance: number): boolean {
  return Math.abs(a - b) <= tolerance * Math.max(Math.abs(a), Math.abs(b));
}

const UNRELATED = 0.1;

function explainByCorrelation({ comparison }: Compared): Guess {
  const { correlation, rankCorrelation, equal } = comparison;
  const none = equal === 0 && Math.abs(correlation) < UNRELATED && Math.abs(rankCorrelation) < UNRELATED;
  return {
    code: none ? "unrelated" : "unexplained",
    values: { correlation: Number(correlation.toFixed(3)) },
  };
}
