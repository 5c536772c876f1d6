import type { PythonJson, PythonObject } from "../json/python-json.js";

/** The first line of a pandas Series: the name of its only column. */
const HEADER = /^,\S*$/;

/**
 * The metrics of a qlib_res.csv (pandas `Series.to_csv`: a name and a value a line). An empty value and "nan" are NaN; blanks
 * around a name, which qlib's keys have, do not belong to it.
 */
export function readQlibResult(text: string): PythonObject {
  const metrics: PythonObject = new Map();
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

const RETURN = "1day.excess_return";
/** The key figures and the metrics they are taken from, the first that is there. */
const DERIVED: readonly (readonly [string, readonly string[]])[] = [
  [
    "annualized_return",
    [`${RETURN}_without_cost.annualized_return`, `${RETURN}_with_cost.annualized_return`],
  ],
  ["max_drawdown", [`${RETURN}_without_cost.max_drawdown`, `${RETURN}_with_cost.max_drawdown`]],
  ["sharpe", [`${RETURN}_without_cost.information_ratio`, `${RETURN}_with_cost.information_ratio`]],
  ["ic", ["IC"]],
  ["ic_ir", ["ICIR"]],
];

/** The metrics with the key figures that they lack, taken from qlib's, or null. A figure of 0 is a figure. */
export function withKeyFigures(metrics: PythonObject): PythonObject {
  const all: PythonObject = new Map(metrics);
  for (const [name, sources] of DERIVED) {
    if (all.has(name)) continue;
    const source = sources.find((one) => metrics.has(one));
    all.set(name, source === undefined ? null : (metrics.get(source) as PythonJson));
  }
  return all;
}
