import { isNumeric } from "../columns/floats.js";
import type { Panel } from "../panel/panel.js";
import { percent } from "../text/figures.js";
import { NS_PER_DAY } from "../time.js";
import type {
  FactorReport,
  Finding,
  FindingCode,
  FindingRow,
  OutputShape,
  RunReport,
} from "./factor-report.js";
import { finding } from "./findings.js";
import { keyText } from "./proof/changed-cells.js";
import type { FactorCells, FactorRun } from "./sources/factor-source.js";

/** RD-Agent's fork refuses less (QLIB_FACTOR_MIN_NON_NAN_ROW_RATIO). */
const LEAST_COVERAGE = 0.1;
const ROWS_SHOWN = 5;
const TEXT_SHOWN = 60;

/** What a run shows without looking at its values: how it ended, what it gave, what else it did. */
export function runFindings({ report }: FactorRun, name: string, market: Panel): Finding[] {
  const found = sideEffects(report);
  if (report.outcome !== "values") return [failure(report, market), ...found];
  return [...shapeFindings(report.output!, name, market), ...found];
}

function failure({ outcome, error, output }: RunReport, market: Panel): Finding {
  const told = {
    type: error?.type ?? "",
    error: error?.message ?? "",
    traceback: lastLines(error?.traceback ?? ""),
  };
  if (outcome === "not-a-frame" && output) return finding("wrong-index", told);
  if (outcome === "raised" && error?.missing)
    return finding("missing-package", { ...told, package: error.missing });
  const field = outcome === "raised" && error?.type === "KeyError" ? fieldIn(error.message) : undefined;
  if (field !== undefined && !market.hasField(field)) {
    return finding("missing-field", { field, fields: market.columnNames.join(", ") });
  }
  const code: FindingCode =
    outcome === "values" || outcome === "missing" || outcome === "skipped" ? "raised" : outcome;
  const where = told.traceback ? [{ value: told.traceback }] : [];
  return finding(code, told, code === "raised" ? where : []);
}

function fieldIn(message: string): string | undefined {
  return /^'(\$?\w+)'$/.exec(message.trim())?.[1];
}

function lastLines(traceback: string): string {
  return traceback.trim().split("\n").slice(-3).join("\n");
}

function sideEffects({ stdout, stderr, files, mutatesInput, leavesProcesses }: RunReport): Finding[] {
  const said = (stdout || stderr).trim().split("\n")[0]!.slice(0, TEXT_SHOWN);
  return [
    ...(mutatesInput ? [finding("mutates-input")] : []),
    ...(files.length > 0 ? [finding("writes-files", { files: files.join(", ") })] : []),
    ...(stdout || stderr ? [finding("prints", { text: said })] : []),
    ...(leavesProcesses ? [finding("leaves-processes")] : []),
  ];
}

function shapeFindings(output: OutputShape, name: string, market: Panel): Finding[] {
  const { kind, columns, types, levels, rows, missingRows, extraRows, duplicateKeys, sorted } = output;
  if (rows === 0) return [finding("no-rows")];
  const named = levels.join(", ");
  const extra = levels.length > 2;
  const swapped = !extra && levels[0] === "instrument";
  const badTypes = columns.filter((_, k) => !/^float(32|64)$/.test(types[k]!));
  const oddNames = columns.filter((column) => kind === "DataFrame" && !/^[A-Za-z_$][\w$.-]*$/.test(column));
  const isIntraday = market.index.datetimes.some((ns, s, all) => s > 0 && ns - all[s - 1]! < NS_PER_DAY / 2n);
  return [
    ...(extra ? [finding("extra-level", { levels: named })] : []),
    ...(swapped ? [finding("levels-swapped", { levels: named })] : []),
    ...(!sorted && !extra && !swapped && duplicateKeys === 0 ? [finding("unsorted")] : []),
    ...(duplicateKeys > 0 ? [finding("duplicate-keys", { count: duplicateKeys })] : []),
    ...(missingRows > 0 ? [finding("rows-missing", { count: missingRows })] : []),
    ...(extraRows > 0 ? [finding("rows-invented", { count: extraRows })] : []),
    ...badTypes.map((column) => finding("wrong-type", { column, type: types[columns.indexOf(column)]! })),
    ...(kind === "Series" && output.name === null ? [finding("unnamed-series", { name })] : []),
    ...oddNames.map((column) => finding("column-name", { column })),
    ...(columns.length > 1
      ? [finding("several-columns", { count: columns.length, columns: columns.join(", ") })]
      : []),
    ...(isIntraday ? [finding("not-daily")] : []),
  ];
}

/** Cells that are NaN and infinite, and what values as such show. @param lookback rows that a value needs, where known */
export function valueFindings(
  { columns, present }: FactorRun,
  market: Panel,
  lookback: number | undefined,
): { readonly findings: Finding[]; readonly missing: FactorReport["missing"] } {
  let [nan, infinite, finite] = [0, 0, 0];
  let [least, greatest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const infiniteRows: number[] = [];
  for (const cells of columns.values()) {
    for (let row = 0; row < cells.length; row++) {
      const cell = cells[row]!;
      if (Number.isNaN(cell)) nan++;
      else if (cell - cell !== 0) {
        infinite++;
        if (infiniteRows.length < ROWS_SHOWN) infiniteRows.push(row);
      } else {
        finite++;
        if (cell < least) least = cell;
        if (cell > greatest) greatest = cell;
      }
    }
  }
  const cells = columns.size * market.rowCount;
  const unexplained = lookback === undefined ? [] : missingThoughComplete(columns, present, market, lookback);
  const shown = (rows: readonly number[], value: string): FindingRow[] =>
    rows.slice(0, ROWS_SHOWN).map((row) => ({ ...keyText(market.index, row), value }));
  const covered = (finite + infinite) / cells;
  const findings = [
    ...(finite === 0 ? [finding("all-missing")] : []),
    ...(finite > 0 && least === greatest ? [finding("constant", { value: least })] : []),
    ...(infinite > 0 ? [finding("infinite-values", { count: infinite }, shown(infiniteRows, "±∞"))] : []),
    ...(finite > 0 && covered < LEAST_COVERAGE ? [finding("low-coverage", { share: percent(covered) })] : []),
    ...(unexplained.length > 0
      ? [
          finding(
            "missing-where-input-is-complete",
            { count: unexplained.length, lookback: lookback! },
            shown(unexplained, "NaN"),
          ),
        ]
      : []),
  ];
  return { findings, missing: { nan, infinite, whereInputIsComplete: unexplained.length } };
}

/** Rows that are NaN though the instrument has a row, without a missing cell, in as many sessions as a value needs. */
function missingThoughComplete(
  columns: ReadonlyMap<string, FactorCells>,
  present: Uint8Array,
  market: Panel,
  lookback: number,
): number[] {
  const inputs = market.columnNames
    .filter((name) => isNumeric(market.column(name).type))
    .map((name) => market.column(name).floats());
  const { index } = market;
  const complete = new Int32Array(index.instruments.length);
  const last = new Int32Array(index.instruments.length).fill(-1);
  const rows: number[] = [];
  for (let s = 0; s < index.sessionCount; s++) {
    for (let row = index.startOf(s); row < index.startOf(s + 1); row++) {
      const code = index.codes[row]!;
      const goesOn = last[code] === s - 1; // a factor may count sessions, so that a pause is a gap
      last[code] = s;
      const isComplete = inputs.every((cells) => !Number.isNaN(cells[row]!));
      complete[code] = isComplete ? (goesOn ? complete[code]! : 0) + 1 : 0;
      if (complete[code]! < lookback || present[row] === 0) continue;
      for (const cells of columns.values()) if (Number.isNaN(cells[row]!)) rows.push(row);
    }
  }
  return rows;
}
