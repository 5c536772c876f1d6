import type { PythonJson, PythonObject } from "../json/python-json.js";

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
