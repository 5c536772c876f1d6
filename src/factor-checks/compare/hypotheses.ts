import type { PanelIndex } from "../../keys/panel-index.js";
import { formatNs } from "../../time.js";
import { keyText } from "../proof/changed-cells.js";
import { type ColumnPair, distanceOf, ROUNDING_ULPS } from "./compare-columns.js";

/** A guess at why two columns differ that their cells bear out, and what it found. */
export interface Guess {
  readonly code: string;
  readonly values: Readonly<Record<string, string | number>>;
}

const isNumber = (value: number) => value - value === 0;

/** Rows that both have, and of these the ones that differ by more than rounding. */
interface Cells extends ColumnPair {
  readonly rows: readonly number[];
  readonly apart: readonly number[];
}

/** The guesses that need no more than the cells, the cheapest first; the first that holds for all cells. */
export function guessFromCells(pair: ColumnPair): Guess | undefined {
  const cells = cellsOf(pair);
  for (const guess of [rounding, nanWhereInfinite, warmUp, rounded, constantRatio, lagged]) {
    const found = guess(cells);
    if (found) return found;
  }
  return undefined;
}

function cellsOf(pair: ColumnPair): Cells {
  const rows: number[] = [];
  for (let row = 0; row < pair.inBoth.length; row++) if (pair.inBoth[row] === 1) rows.push(row);
  const apart = rows.filter((row) => !(distanceOf(pair, row) <= ROUNDING_ULPS));
  return { ...pair, rows, apart };
}

/** Other libraries of linear algebra round otherwise, which near zero is many units in the last place. */
function rounding(cells: Cells): Guess | undefined {
  const near = nearOf(cells);
  return cells.apart.every(near) ? { code: "rounding", values: { cells: cells.apart.length } } : undefined;
}

/** Whether two cells differ by no more than rounding, against the larger or the column's usual size. */
export function nearOf({ left, right }: Pick<ColumnPair, "left" | "right">): (row: number) => boolean {
  const sizes = Float64Array.from(left, Math.abs).filter(isNumber).sort();
  const usual = sizes[sizes.length >> 1] ?? 0;
  const tolerance = left instanceof Float32Array || right instanceof Float32Array ? 1e-6 : 1e-12;
  return (row) => Math.abs(left[row]! - right[row]!) <= tolerance * Math.max(Math.abs(right[row]!), usual);
}

function nanWhereInfinite({ left, right, apart }: Cells): Guess | undefined {
  const all = apart.every(
    (row) => Math.abs(left[row]!) === Number.POSITIVE_INFINITY && Number.isNaN(right[row]!),
  );
  return all ? { code: "nan-where-infinite", values: { cells: apart.length } } : undefined;
}

/** Ours is missing in the first rows of instruments, and equal or rounded after. */
function warmUp({ left, right, apart, index }: Cells): Guess | undefined {
  const [missing, others] = [
    apart.filter((row) => Number.isNaN(left[row]!)),
    apart.filter((row) => !Number.isNaN(left[row]!)),
  ];
  const rounds = others.every((row) => Math.abs(left[row]! - right[row]!) <= 1e-9 * Math.abs(right[row]!));
  if (missing.length === 0 || !rounds) return undefined;
  const isMissing = new Set(missing);
  const over = new Set<number>();
  for (let row = 0; row < index.rowCount; row++) {
    const code = index.codesOf(row, row + 1)[0]!;
    if (isMissing.has(row) && over.has(code)) return undefined;
    if (!Number.isNaN(left[row]!)) over.add(code);
  }
  return { code: "warm-up", values: { cells: missing.length } };
}

const MOST_DECIMALS = 12;

function rounded({ left, right, apart }: Cells): Guess | undefined {
  if (!apart.every((row) => isNumber(left[row]!) && isNumber(right[row]!))) return undefined;
  if (apart.every((row) => Math.fround(left[row]!) === right[row]!)) return { code: "float32", values: {} };
  for (let decimals = 0; decimals <= MOST_DECIMALS; decimals++) {
    const unit = 10 ** -decimals;
    const fits = (row: number) => {
      const whole = right[row]! / unit;
      const isRound = Math.abs(whole - Math.round(whole)) <= 1e-9 * Math.max(1, Math.abs(whole));
      return isRound && Math.abs(left[row]! - right[row]!) <= 0.5000001 * unit;
    };
    if (apart.every(fits)) return { code: "rounded", values: { decimals } };
  }
  return undefined;
}

const LONGEST_WINDOW = 500;

function constantRatio({ left, right, rows }: Cells): Guess | undefined {
  const both = rows.filter((row) => isNumber(left[row]!) && isNumber(right[row]!) && left[row] !== 0);
  if (both.length < 2 || rows.some((row) => Number.isNaN(left[row]!) !== Number.isNaN(right[row]!)))
    return undefined;
  const ratios = both.map((row) => right[row]! / left[row]!).sort((a, b) => a - b);
  const ratio = ratios[ratios.length >> 1]!;
  const tolerance = right instanceof Float32Array ? 1e-5 : 1e-9;
  if (!both.every((row) => Math.abs(right[row]! - ratio * left[row]!) <= tolerance * Math.abs(right[row]!)))
    return undefined;
  for (let n = 2; n <= LONGEST_WINDOW; n++) {
    if (Math.abs(ratio - Math.sqrt((n - 1) / n)) < 1e-9)
      return { code: "constant-ratio", values: { ratio, ddof: 0, window: n } };
    if (Math.abs(ratio - Math.sqrt(n / (n - 1))) < 1e-9)
      return { code: "constant-ratio", values: { ratio, ddof: 1, window: n } };
  }
  return { code: "constant-ratio", values: { ratio } };
}

const MOST_LAG = 20;

/** Recorded is the value some rows of the instrument before, or after. */
function lagged({ left, right, rows, index }: Cells): Guess | undefined {
  const history = rowsByInstrument(index);
  for (let lag = 1; lag <= MOST_LAG; lag++) {
    for (const sign of [1, -1]) {
      const equal = (row: number, own: readonly number[], k: number) => {
        const from = own[k - sign * lag];
        if (from === undefined) return true; // before the first, or after the last
        return Object.is(left[from], right[row]) || left[from] === right[row];
      };
      let [met, kept] = [0, true];
      for (const own of history) {
        for (let k = 0; kept && k < own.length; k++) {
          kept = equal(own[k]!, own, k);
          met += own[k - sign * lag] === undefined ? 0 : 1;
        }
      }
      if (kept && met > rows.length / 2) return { code: "lagged", values: { rows: sign * lag } };
    }
  }
  return undefined;
}

function rowsByInstrument(index: PanelIndex): number[][] {
  const rows: number[][] = index.instruments.map(() => []);
  const { codes } = index;
  for (let row = 0; row < codes.length; row++) rows[codes[row]!]!.push(row);
  return rows;
}

const FEW_SESSIONS = 40;

/**
 * Few sessions differ, and one instrument differs most in each of them, within some rows of its first: one cell of the
 * input was another.
 */
export function guessOneCell(pair: ColumnPair): Guess | undefined {
  const { left, right, apart, index } = cellsOf(pair);
  if (apart.some((row) => !isNumber(left[row]!) || !isNumber(right[row]!))) return undefined;
  const bySession = new Map<number, Map<number, number>>();
  for (const row of apart) {
    const session = index.sessionOf(row);
    const sizes = bySession.get(session) ?? new Map<number, number>();
    bySession.set(session, sizes);
    sizes.set(index.codesOf(row, row + 1)[0]!, Math.abs(left[row]! - right[row]!));
  }
  if (bySession.size > Math.min(FEW_SESSIONS, index.sessionCount / 5)) return undefined;
  const [first] = bySession.keys();
  const largest = (sizes: Map<number, number>) =>
    Array.from(sizes).reduce((a, b) => (b[1] > a[1] ? b : a))[0];
  const culprit = largest(bySession.get(first!)!);
  if (![...bySession.values()].every((sizes) => largest(sizes) === culprit)) return undefined;
  const row = index.rowOf(first!, culprit);
  return { code: "one-cell-of-input", values: { ...keyText(index, row), sessions: bySession.size } };
}

/** How recorded values follow from ours within each instrument, where they were recorded on other sessions. */
export function guessPerInstrument({
  index,
  left,
  right,
  inBoth,
}: ColumnPair): "ratio" | "affine" | undefined {
  const tolerance = left instanceof Float32Array ? 1e-5 : 1e-9;
  let [isRatio, isAffine] = [true, true];
  for (const own of rowsByInstrument(index)) {
    const rows = own.filter((row) => inBoth[row] === 1 && isNumber(left[row]!) && isNumber(right[row]!));
    if (rows.length < 3) continue;
    const [a, b] = [
      rows[0]!,
      rows.reduce((far, row) =>
        Math.abs(left[row]! - left[rows[0]!]!) > Math.abs(left[far]! - left[rows[0]!]!) ? row : far,
      ),
    ];
    const slope = (right[b]! - right[a]!) / (left[b]! - left[a]!);
    const ratio = right[a]! / left[a]!;
    const scale = Math.max(...rows.map((row) => Math.abs(right[row]!)));
    for (const row of rows) {
      if (Math.abs(right[row]! - ratio * left[row]!) > 10 * tolerance * scale) isRatio = false;
      if (Math.abs(right[row]! - right[a]! - slope * (left[row]! - left[a]!)) > 100 * tolerance * scale)
        isAffine = false;
    }
  }
  return isRatio ? "ratio" : isAffine ? "affine" : undefined;
}

/** The first and last session of the rows that are marked. */
export function spanOf(marks: Uint8Array, index: PanelIndex): { from: number; to: number } | undefined {
  const first = marks.indexOf(1);
  if (first < 0) return undefined;
  return { from: index.sessionOf(first), to: index.sessionOf(marks.lastIndexOf(1)) };
}

export function sessionText(index: PanelIndex, session: number): string {
  return formatNs(index.datetimes[session]!);
}
