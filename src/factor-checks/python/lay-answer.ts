import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { PanelIndex } from "../../keys/panel-index.js";
import type { OutputShape, RunReport } from "../factor-report.js";
import { type FactorCells, type FactorRun, failedRun } from "../sources/factor-source.js";
import type { CallAnswer } from "./factor-process.js";

/** What the runner left of a call, its values laid beside the rows of the input. */
export function layAnswer(answer: CallAnswer, index: PanelIndex): FactorRun {
  const { outcome, seconds, stdout, stderr, files, leavesProcesses } = answer;
  const base: Omit<RunReport, "outcome" | "output"> = {
    seconds,
    stdout,
    stderr,
    files,
    mutatesInput: answer.mutates ?? false,
    leavesProcesses,
    error: answer.error,
  };
  if (outcome === "wrong-index") {
    const error = {
      type: "IndexError",
      message: `its index has the levels ${levelsText(answer)}`,
      traceback: "",
    };
    return failedRun(
      { ...base, outcome: "not-a-frame", error, output: shapeOf(answer, NO_ROWS, index) },
      index.rowCount,
    );
  }
  if (outcome !== "values") return failedRun({ ...base, outcome }, index.rowCount);
  const rows = rowsOf(answer, index);
  const columns = columnsOf(answer, rows, index.rowCount);
  const present = new Uint8Array(index.rowCount);
  if (!rows) present.fill(1);
  else for (const row of rows.rows) if (row >= 0) present[row] = 1;
  return { report: { ...base, outcome, output: shapeOf(answer, rows, index) }, columns, present };
}

function levelsText({ levels = [] }: CallAnswer): string {
  return `(${levels.map((level) => level ?? "none").join(", ")})`;
}

/** The input's row of each row of a result: -1 where there is none, -2 where the key stood before. */
interface ResultRows {
  readonly rows: Int32Array;
  readonly extra: number;
  readonly repeated: number;
}
const NO_ROWS: ResultRows = { rows: new Int32Array(0), extra: 0, repeated: 0 };

/** Undefined where the result has the input's rows. */
function rowsOf({ same, rows: count, out }: CallAnswer, index: PanelIndex): ResultRows | undefined {
  if (same) return undefined;
  const sessions = int32(join(out, "sessions"));
  const instruments = int32(join(out, "instruments"));
  const used = index.usedCodes(); // the runner numbers the instruments that the input has
  const codes = Array.from(used.keys()).filter((code) => used[code] === 1);
  const rows = new Int32Array(count!).fill(-1);
  const seen = new Uint8Array(index.rowCount);
  let [extra, repeated] = [0, 0];
  for (let i = 0; i < rows.length; i++) {
    const [session, position] = [sessions[i]!, instruments[i]!];
    const row = session < 0 || position < 0 ? -1 : index.rowOf(session, codes[position]!);
    if (row < 0) extra++;
    else if (seen[row] === 1) {
      repeated++;
      rows[i] = -2;
    } else {
      seen[row] = 1;
      rows[i] = row;
    }
  }
  return { rows, extra, repeated };
}

function int32(path: string): Int32Array {
  const { buffer, byteOffset, byteLength } = readFileSync(path);
  return new Int32Array(buffer.slice(byteOffset, byteOffset + byteLength));
}

function columnsOf(
  { columns = [], stored = [], rows: count = 0, out }: CallAnswer,
  laid: ResultRows | undefined,
  rowCount: number,
): Map<string, FactorCells> {
  const file = readFileSync(join(out, "values"));
  const named = new Map<string, FactorCells>();
  let at = file.byteOffset;
  for (const [k, name] of columns.entries()) {
    const type = stored[k];
    if (type === null || type === undefined) continue;
    const ArrayClass = type === "float32" ? Float32Array : Float64Array;
    const bytes = ArrayClass.BYTES_PER_ELEMENT * count;
    const cells = new ArrayClass(file.buffer.slice(at, at + bytes) as ArrayBuffer);
    at += bytes;
    if (!laid) {
      named.set(name, cells);
      continue;
    }
    const beside = new ArrayClass(rowCount).fill(Number.NaN);
    for (let i = 0; i < count; i++) if (laid.rows[i]! >= 0) beside[laid.rows[i]!] = cells[i]!;
    named.set(name, beside);
  }
  return named;
}

function shapeOf(answer: CallAnswer, laid: ResultRows | undefined, index: PanelIndex): OutputShape {
  const {
    kind = "DataFrame",
    name = null,
    columns = [],
    types = [],
    levels = [],
    rows = 0,
    sorted = false,
  } = answer;
  const [extraRows, duplicateKeys] = [laid?.extra ?? 0, laid?.repeated ?? 0];
  const missingRows = laid ? index.rowCount - (rows - extraRows - duplicateKeys) : 0;
  return { kind, name, columns, types, levels, rows, missingRows, extraRows, duplicateKeys, sorted };
}
