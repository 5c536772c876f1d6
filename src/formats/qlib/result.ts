import { readFileSync } from "node:fs";
import { DataServiceError } from "../../errors.js";
import { accessing } from "../../files/file-access.js";

/** The first line of a pandas Series: the name of its only column. */
const HEADER = /^,\S*$/;

/**
 * The metrics of a qlib_res.csv (pandas `Series.to_csv`: a name and a value a line). An empty value and "nan" are NaN; blanks
 * around a name, which qlib's keys have, do not belong to it. Lines that are no metric are passed over.
 */
export function parseQlibResult(text: string): Map<string, number> {
  const metrics = new Map<string, number>();
  for (const [at, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === "" || (at === 0 && HEADER.test(line.trim()))) continue;
    const comma = line.lastIndexOf(",");
    const name = line.slice(0, comma).replace(/^"|"$/g, "").trim();
    const value = figure(line.slice(comma + 1).trim());
    if (comma > 0 && name !== "" && value !== undefined) metrics.set(name, value);
  }
  return metrics;
}

function figure(text: string): number | undefined {
  if (text === "" || /^nan$/i.test(text)) return Number.NaN;
  if (/^[-+]?inf(inity)?$/i.test(text))
    return text.startsWith("-") ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  const value = Number(text);
  return Number.isNaN(value) ? undefined : value;
}

/** A file of metrics is a page long. */
const MOST_BYTES = 4 << 20;

/**
 * Opens a `qlib_res.csv`, the metrics that RD-Agent writes of a run: by name, such as
 * `1day.excess_return_with_cost.annualized_return`, in the file's order, which means nothing.
 * @throws DataServiceError not-found, unsupported (no metrics in it)
 */
export function openQlibResult(path: string): ReadonlyMap<string, number> {
  const bytes = accessing(path, () => readFileSync(path));
  const metrics =
    bytes.length > MOST_BYTES || bytes.includes(0)
      ? new Map<string, number>()
      : parseQlibResult(bytes.toString("utf8"));
  if (metrics.size > 0) return metrics;
  const problem = `${path}: no metrics in it; a qlib_res.csv has a name, a comma and a number a line`;
  throw new DataServiceError("unsupported", problem, { path });
}
