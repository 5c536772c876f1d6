import { DataServiceError } from "../errors.js";

/** Rows are numbered by Int32, in which -1 is none, wherever those of two panels meet. */
const MOST_ROWS = 2 ** 31 - 1;

/** @throws DataServiceError over-budget for more rows than a panel can have */
export function checkRowCount(rows: number, label: string): void {
  if (rows <= MOST_ROWS) return;
  const problem = `${label}: ${rows} rows are more than the ${MOST_ROWS} a panel can have; take part of them, by start and end`;
  throw new DataServiceError("over-budget", problem, { count: rows });
}
