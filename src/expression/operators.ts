import type { BinaryName, UnaryName } from "./kernels.js";
import type { Call, Expression } from "./syntax.js";

/**
 * What an argument must be. "window" is a whole number; 0 means expanding, or the first cell for Ref and Delta. "bins" is
 * how many.
 */
export type Parameter = "series" | "window" | "span" | "score" | "bins" | "instrument";

export type CrossName = "rank" | "zscore" | "demean" | "neutralize" | "winsorize" | "bucket" | SessionFigure;

/** One number a session, which all its rows are given. */
export type SessionFigure = "mean" | "std" | "quantile" | "count" | "sum" | "min" | "max";

/** The kernel family that computes an operator, and which of the family's results it is. */
export type Kernel =
  | { readonly family: "unary"; readonly part: UnaryName }
  | { readonly family: "binary"; readonly part: BinaryName }
  | { readonly family: "choose"; readonly part: "If" }
  | { readonly family: "shift"; readonly part: "ref" | "delta" }
  | { readonly family: "sum"; readonly part: "sum" | "count" }
  | { readonly family: "moments"; readonly part: "mean" | "std" | "variance" }
  | { readonly family: "shape"; readonly part: "skew" | "kurt" }
  | { readonly family: "trend"; readonly part: "slope" | "rsquare" | "resi" }
  | { readonly family: "highest" | "lowest"; readonly part: "value" | "place" }
  | { readonly family: "order"; readonly part: "rank" | "median" | "quantile" }
  | { readonly family: "smooth"; readonly part: "ema" | "wma" | "mad" }
  | { readonly family: "pairs"; readonly part: "corr" | "cov" }
  | { readonly family: "since"; readonly part: "since" }
  | { readonly family: "cross"; readonly part: CrossName }
  | { readonly family: "elsewhere"; readonly part: "instrument" };

/** An operator that is written as others are: the call it stands for. */
export interface Composed {
  readonly family: "composed";
  readonly of: (written: Call) => Expression;
}

/** One operator of the language. */
export interface Operator {
  readonly parameters: readonly Parameter[];
  /** Whether more series may follow. */
  readonly takesMore?: true;
  readonly kernel: Kernel | Composed;
  /** The smallest window, where qlib asks for more than 1; a window of 0 (expanding) is allowed beside it. */
  readonly leastWindow?: number;
  /** Whether a window between 0 and 1 is an alpha: then it is EMA, whatever the operator (qlib's `Rolling._load_internal`). */
  readonly takesAlpha?: true;
  readonly doc: string;
  /** What qlib does here that one would not expect; `compat: "strict"` does it as `strict` says. */
  readonly fault?: { readonly qlib: string; readonly strict: string };
}

const unary = (part: UnaryName, doc: string): Operator => ({
  parameters: ["series"],
  kernel: { family: "unary", part },
  doc,
});
const binary = (part: BinaryName, doc: string): Operator => ({
  parameters: ["series", "series"],
  kernel: { family: "binary", part },
  doc,
});
const rolling = (kernel: Kernel, doc: string, more: Partial<Operator> = {}): Operator => ({
  parameters: ["series", "window"],
  kernel,
  doc,
  ...more,
});
/** The operators that have qlib's `Rolling._load_internal` as it is. */
const ofRolling = (kernel: Kernel, doc: string): Operator =>
  rolling(kernel, `${doc}; EMA(x, N) when 0 < N < 1`, { takesAlpha: true });
const pair = (part: "corr" | "cov", doc: string): Operator => ({
  parameters: ["series", "series", "window"],
  kernel: { family: "pairs", part },
  doc,
});
const cross = (part: CrossName, doc: string, parameters: readonly Parameter[] = ["series"]): Operator => ({
  parameters,
  kernel: { family: "cross", part },
  doc,
});

/** A call in the place of another one. */
const call = (place: Call, operator: string, ...args: readonly Expression[]): Expression => {
  return { ...place, operator, args };
};
const composed = (parameters: readonly Parameter[], doc: string, of: Composed["of"]): Operator => ({
  parameters,
  kernel: { family: "composed", of },
  doc,
});

const INFINITE = {
  qlib: "an infinity in the window makes qlib's running sums NaN for the rest of the series",
  strict: "in both modes an infinity is skipped like a missing cell, and leaves nothing behind",
};
const MISSING_PLACE = {
  qlib: "a missing cell in the window is taken for the extreme: its position is given",
  strict: "missing cells are skipped",
};
const TINY_VARIANCE = {
  qlib: "NaN where the population variance is at most 1e-14 (pandas)",
  strict: "computed however small the variance",
};

/**
 * Every operator of the language (qlib's `qlib/data/ops.py`, and the cross-sectional ones this library adds).
 * Rolling operators run over an instrument's positions up to and including the present one, skip missing cells
 * (NaN and, as pandas does, infinities), and need one present cell. So do the cross-sectional ones but CSRank, which
 * ranks infinities.
 */
export const OPERATORS: ReadonlyMap<string, Operator> = new Map<string, Operator>([
  ["Abs", unary("Abs", "absolute value")],
  ["Sign", unary("Sign", "-1, 0 or 1")],
  ["Log", unary("Log", "natural logarithm")],
  ["Neg", unary("Neg", "the negative; written -x")],
  ["Not", unary("Not", "the opposite of a condition")],
  ["Add", binary("Add", "x + y; of two conditions: either, as in numpy")],
  ["Sub", binary("Sub", "x - y")],
  ["Mul", binary("Mul", "x * y")],
  ["Div", binary("Div", "x / y")],
  ["Power", binary("Power", "x to the power y; written x ** y")],
  ["Greater", binary("Greater", "the greater of x and y; NaN where either is")],
  ["Less", binary("Less", "the lesser of x and y; NaN where either is")],
  ["Gt", binary("Gt", "x > y; false where either is NaN")],
  ["Ge", binary("Ge", "x >= y; false where either is NaN")],
  ["Lt", binary("Lt", "x < y; false where either is NaN")],
  ["Le", binary("Le", "x <= y; false where either is NaN")],
  ["Eq", binary("Eq", "x == y; false where either is NaN")],
  ["Ne", binary("Ne", "x != y; true where either is NaN")],
  ["And", binary("And", "both conditions; written x & y")],
  ["Or", binary("Or", "either condition; written x | y")],
  [
    "If",
    {
      parameters: ["series", "series", "series"],
      kernel: { family: "choose", part: "If" },
      doc: "x where the condition is not 0, else y; a NaN condition counts as true, as in numpy",
    },
  ],
  [
    "Clip",
    composed(
      ["series", "series", "series"],
      "x, no less than y and no greater than z; a bound that is NaN bounds nothing, as in pandas",
      (clip) => {
        const [x, low, high] = [clip.args[0]!, clip.args[1]!, clip.args[2]!];
        const raised = call(clip, "If", call(clip, "Lt", x, low), low, x);
        return call(clip, "If", call(clip, "Gt", raised, high), high, raised);
      },
    ),
  ],
  [
    "IsNull",
    composed(["series"], "whether the cell is missing", (isNull) =>
      call(isNull, "Ne", isNull.args[0]!, isNull.args[0]!),
    ),
  ],
  [
    "FillNa",
    composed(["series", "series"], "x, or y where x is missing", (fill) => {
      const [x, y] = [fill.args[0]!, fill.args[1]!];
      return call(fill, "If", call(fill, "Ne", x, x), y, x);
    }),
  ],
  [
    "Ref",
    rolling(
      { family: "shift", part: "ref" },
      "x, N positions ago; ahead for N < 0; its first cell for N = 0",
    ),
  ],
  ["Delta", rolling({ family: "shift", part: "delta" }, "x minus Ref(x, N)")],
  ["Sum", ofRolling({ family: "sum", part: "sum" }, "sum over N positions")],
  ["Count", ofRolling({ family: "sum", part: "count" }, "how many of N positions are not NaN")],
  ["Mean", ofRolling({ family: "moments", part: "mean" }, "mean over N positions")],
  ["Std", ofRolling({ family: "moments", part: "std" }, "sample standard deviation (ddof 1)")],
  ["Var", ofRolling({ family: "moments", part: "variance" }, "sample variance (ddof 1)")],
  [
    "Skew",
    rolling({ family: "shape", part: "skew" }, "sample skewness", { leastWindow: 3, fault: TINY_VARIANCE }),
  ],
  [
    "Kurt",
    rolling({ family: "shape", part: "kurt" }, "excess kurtosis", { leastWindow: 4, fault: TINY_VARIANCE }),
  ],
  ["Max", ofRolling({ family: "highest", part: "value" }, "highest of N positions")],
  ["Min", ofRolling({ family: "lowest", part: "value" }, "lowest of N positions")],
  [
    "IdxMax",
    rolling({ family: "highest", part: "place" }, "position of the highest in its window, from 1", {
      fault: MISSING_PLACE,
    }),
  ],
  [
    "IdxMin",
    rolling({ family: "lowest", part: "place" }, "position of the lowest in its window, from 1", {
      fault: MISSING_PLACE,
    }),
  ],
  ["Med", ofRolling({ family: "order", part: "median" }, "median")],
  [
    "Rank",
    rolling({ family: "order", part: "rank" }, "percentile of the last cell in its window, ties averaged"),
  ],
  [
    "Quantile",
    {
      parameters: ["series", "window", "score"],
      kernel: { family: "order", part: "quantile" },
      doc: "quantile, linear between cells",
    },
  ],
  ["Mad", rolling({ family: "smooth", part: "mad" }, "mean absolute deviation from the mean")],
  [
    "Slope",
    rolling({ family: "trend", part: "slope" }, "slope of the line through the window", { fault: INFINITE }),
  ],
  [
    "Rsquare",
    rolling(
      { family: "trend", part: "rsquare" },
      "R² of the line through the window; NaN where the std is about 0",
      {
        fault: INFINITE,
      },
    ),
  ],
  [
    "Resi",
    rolling({ family: "trend", part: "resi" }, "last cell minus the line through the window", {
      fault: INFINITE,
    }),
  ],
  [
    "WMA",
    rolling({ family: "smooth", part: "wma" }, "linearly weighted mean", {
      fault: {
        qlib: "the weighted mean is divided once more by the number of present cells",
        strict: "divided by the weights of the present cells",
      },
    }),
  ],
  [
    "EMA",
    {
      parameters: ["series", "span"],
      kernel: { family: "smooth", part: "ema" },
      doc: "exponential mean of span N, or of alpha N when 0 < N < 1; it remembers the whole series",
      fault: {
        qlib: "EMA(x, 0) gives missing cells weight and no value",
        strict: "EMA(x, 0) shares out the weight of missing cells",
      },
    },
  ],
  ["Corr", pair("corr", "correlation over N positions; NaN where either std is about 0")],
  ["Cov", pair("cov", "sample covariance over N positions (ddof 1)")],
  [
    "SessionsSince",
    {
      parameters: ["series"],
      kernel: { family: "since", part: "since" },
      doc: "positions since the condition last held, 0 where it does; NaN before the first time",
    },
  ],
  [
    "ChangeInstrument",
    {
      parameters: ["instrument", "series"],
      kernel: { family: "elsewhere", part: "instrument" },
      doc: "the series of another instrument",
    },
  ],
  [
    "Mask",
    {
      parameters: ["series", "instrument"],
      kernel: { family: "elsewhere", part: "instrument" },
      doc: "the series of another instrument",
    },
  ],
  [
    "CSRank",
    cross("rank", "percentile among the session's instruments, ties averaged; infinities have their rank"),
  ],
  ["CSZScore", cross("zscore", "distance from the session's mean in sample standard deviations")],
  ["CSMean", cross("mean", "mean over the session's instruments")],
  ["CSDemean", cross("demean", "x minus the session's mean")],
  ["CSStd", cross("std", "sample standard deviation of the session's instruments (ddof 1)")],
  [
    "CSQuantile",
    cross("quantile", "quantile of the session's instruments, linear between cells", ["series", "score"]),
  ],
  ["CSCount", cross("count", "how many of the session's instruments are not NaN")],
  ["CSSum", cross("sum", "sum over the session's instruments; 0 of none")],
  ["CSMin", cross("min", "least of the session's instruments")],
  ["CSMax", cross("max", "greatest of the session's instruments")],
  [
    "CSWinsorize",
    cross("winsorize", "x, no less than the session's quantile q and no greater than its quantile 1 - q", [
      "series",
      "score",
    ]),
  ],
  [
    "CSBucket",
    cross("bucket", "bin of x among N of equal size within the session, from 0 on: pandas' qcut", [
      "series",
      "bins",
    ]),
  ],
  [
    "CSNeutralize",
    {
      ...cross(
        "neutralize",
        "what the session's least squares leave of x: minus the mean of its group, the instruments with the same y, and the part that further series explain",
        ["series", "series"],
      ),
      takesMore: true,
    },
  ],
]);

/** Operators of qlib that need what a panel does not hold. */
export const ABSENT_OPERATORS: ReadonlyMap<string, string> = new Map([
  ["P", "point-in-time data are not in a panel"],
  ["PRef", "point-in-time data are not in a panel"],
  ["TResample", "a panel has one frequency; resample the panel before"],
  ["PFeature", "point-in-time data are not in a panel"],
]);

/** How an operator is called: `Corr(x, y, N)`. */
export function usage(name: string, { parameters, takesMore }: Operator): string {
  const letters = ["x", "y", "z"];
  let next = 0;
  const shown = parameters.map((parameter) => {
    if (parameter === "series") return letters[next++];
    if (parameter === "instrument") return "'code'";
    return parameter === "score" ? "q" : "N";
  });
  return `${name}(${[...shown, ...(takesMore ? ["…"] : [])].join(", ")})`;
}
