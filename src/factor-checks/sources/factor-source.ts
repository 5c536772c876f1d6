import type { Panel } from "../../panel/panel.js";
import type { RunReport, SourceDescription } from "../factor-report.js";
import type { MarketInput } from "../market-input.js";

/** A factor's cells, one a row of the input; NaN where it gave none. */
export type FactorCells = Float32Array | Float64Array;

/** One run of a factor. */
export interface FactorRun {
  readonly report: RunReport;
  /** By column; empty unless the outcome is "values". */
  readonly columns: ReadonlyMap<string, FactorCells>;
  /** 1 for each row of the input that the result has. */
  readonly present: Uint8Array;
}

export interface RunOptions {
  /** Random generators start from it; 0 by default. */
  readonly seed?: number | undefined;
  /** How often the code is called in one process; 1 by default. */
  readonly times?: number | undefined;
}

/**
 * Where a factor's values come from: an expression, a recorded file, a Python function, an RD-Agent workspace. Any two
 * can be compared; those that compute can be proven.
 */
export interface FactorSource {
  readonly name: string;
  readonly description: SourceDescription;
  /** Whether its values follow from the input it is given. */
  readonly computes: boolean;
  /** Whether its text alone says that it reads later sessions; absent where that cannot be told. */
  looksAhead?(market: Panel): boolean;
  /** Never throws for what the factor's code does: that is its outcome. */
  run(input: MarketInput, options?: RunOptions): Promise<FactorRun>;
}

export function failedRun(report: RunReport, rows: number): FactorRun {
  return { report, columns: new Map(), present: new Uint8Array(rows) };
}
