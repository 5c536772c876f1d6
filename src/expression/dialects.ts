import type { Call, Expression } from "./syntax.js";

/** What other languages of factors call our operators, in lower case: WorldQuant's, pandas', TA-Lib's. */
const OWN_NAMES: readonly (readonly [own: string, theirs: string])[] = [
  ["Ref", "delay shift lag ts_delay"],
  ["Delta", "ts_delta diff"],
  ["Sum", "ts_sum"],
  ["Mean", "ts_mean sma ma rolling_mean"],
  ["Std", "ts_std stddev ts_std_dev ts_stddev rolling_std"],
  ["Var", "ts_var"],
  ["Skew", "ts_skew"],
  ["Kurt", "ts_kurt"],
  ["Max", "ts_max hhv"],
  ["Min", "ts_min llv"],
  ["IdxMax", "ts_argmax"],
  ["IdxMin", "ts_argmin"],
  ["Rank", "ts_rank"],
  ["Med", "ts_median"],
  ["Quantile", "ts_quantile"],
  ["Count", "ts_count"],
  ["WMA", "decay_linear ts_decay_linear"],
  ["EMA", "ewm"],
  ["Corr", "ts_corr correlation"],
  ["Cov", "covariance ts_cov ts_covariance"],
  ["Power", "pow"],
  ["Log", "ln"],
  ["CSRank", "rank cs_rank"],
  ["CSZScore", "zscore cs_zscore"],
  ["CSDemean", "demean"],
  ["CSWinsorize", "winsorize"],
  ["CSNeutralize", "neutralize indneutralize group_neutralize regression_neut"],
  ["CSBucket", "qcut bucket"],
  ["IsNull", "isnan isna is_nan"],
  ["FillNa", "fillna nan_to_num coalesce"],
  ["If", "where if_else iff"],
  ["SessionsSince", "barslast days_since"],
  ["Greater", "maximum np_max"],
  ["Less", "minimum np_min"],
];

const OTHER_DIALECTS: ReadonlyMap<string, string> = new Map(
  OWN_NAMES.flatMap(([own, theirs]) => theirs.split(" ").map((name): [string, string] => [name, own])),
);

/** What other languages of factors have no single operator for here, in lower case, of their arguments x, y and N. */
const COMPOSED: ReadonlyMap<string, string> = new Map(
  Object.entries({
    sqrt: "Power(x, 0.5)",
    square: "Power(x, 2)",
    cube: "Power(x, 3)",
    exp: "Power(2.718281828459045, x)",
    log1p: "Log(x + 1)",
    inv: "1 / x",
    inverse: "1 / x",
    reciprocal: "1 / x",
    reverse: "-x",
    signedpower: "Sign(x) * Power(Abs(x), y)",
    signed_power: "Sign(x) * Power(Abs(x), y)",
    pct_change: "x / Ref(x, N) - 1",
    returns: "x / Ref(x, N) - 1",
    ts_returns: "x / Ref(x, N) - 1",
    roc: "x / Ref(x, N) - 1",
    ts_zscore: "(x - Mean(x, N)) / Std(x, N)",
    ts_av_diff: "x - Mean(x, N)",
    ts_scale: "(x - Min(x, N)) / (Max(x, N) - Min(x, N))",
    ts_backfill: "If(IsNull(x), Ref(x, 1), x)",
  }),
);

/**
 * What a call in another dialect is in this one: the operator's name, and the expression where its arguments can be put in.
 * Undefined for what no dialect is known to have.
 */
export function inThisDialect(call: Call, text: string): string | undefined {
  const name = call.operator.toLowerCase();
  const whole = COMPOSED.get(name);
  if (whole === undefined) return OTHER_DIALECTS.get(name);
  const [x, second] = call.args.map((arg) => sourceOf(arg, text));
  if (x === undefined) return whole;
  return whole.replace(/\b[xyN]\b/g, (letter) => (letter === "x" ? x : (second ?? letter)));
}

/** The text of an argument, in parentheses where a symbol joins it. */
function sourceOf(arg: Expression, text: string): string {
  const source = text.slice(startOf(arg), arg.end).trim();
  return arg.kind === "call" && !/^\w/.test(arg.written) ? `(${source})` : source;
}

function startOf(expression: Expression): number {
  return expression.kind === "call"
    ? Math.min(expression.at, ...expression.args.map(startOf))
    : expression.at;
}
