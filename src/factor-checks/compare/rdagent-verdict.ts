import type { ColumnComparison, RdAgentVerdict } from "../factor-report.js";
import type { ColumnPair } from "./compare-columns.js";

/** What RD-Agent compares: two tables, as their rows are. */
export interface RdAgentTables {
  readonly columns: number;
  readonly infinite: number;
  readonly leftRows: number;
  readonly rightRows: number;
  readonly rowsInBoth: number;
  /** Rows of each that are missing, all columns together. */
  readonly leftMissing: number;
  readonly rightMissing: number;
}

/**
 * RD-Agent's evaluators (`factor_coder/eva_utils.py`) on a factor and its recorded values: equal within 1e-6, a missing
 * cell being unequal to a missing cell, over more than 99% of the cells; or correlated by more than 0.99.
 */
export function rdAgentVerdict(
  tables: RdAgentTables,
  pair: ColumnPair,
  compared: ColumnComparison,
): RdAgentVerdict {
  const { left, right, inBoth } = pair;
  let near = 0;
  for (let row = 0; row < left.length; row++) {
    if (inBoth[row] === 1 && Math.abs(left[row]! - right[row]!) < 1e-6) near++;
  }
  const { leftRows, rightRows, rowsInBoth, columns, infinite } = tables;
  const equalValueRatio = near / Math.max(1, leftRows + rightRows - rowsInBoth);
  const { correlation, rankCorrelation } = compared;
  const indexSimilarity = rowsInBoth / Math.max(1, leftRows + rightRows - rowsInBoth);
  const correlated = indexSimilarity > 0.99 && correlation > 0.99 && rankCorrelation > 0.99;
  return {
    singleColumn: columns === 1,
    infinite,
    rowRatio: Math.min(leftRows, rightRows) / Math.max(leftRows, rightRows, 1),
    indexSimilarity,
    sameMissingCount: tables.leftMissing === tables.rightMissing,
    equalValueRatio,
    correlation,
    rankCorrelation,
    passes: equalValueRatio > 0.99 || correlated,
  };
}
