import { DataServiceError } from "../../errors.js";
import { checkChoice } from "../../names/choice.js";
import { checkKeys, type RequestKeys } from "../../names/request-keys.js";
import type { Panel } from "../../panel/panel.js";
import { type Binning, binCount } from "./binning.js";
import type { WeightRule } from "./portfolio-tally.js";
import type { QualityCompat } from "./quality-figures.js";

/** The group of each instrument: a name for each, or a panel of one column for groups that change. */
export type Groups = Panel | Readonly<Record<string, string>>;

/** By which definitions a factor is rated. */
export interface QualityOptions {
  /**
   * Whose definitions. "own" (default): returns of a session's own prices, each horizon on its own rows, bins over all
   * finite cells, repeated edges cost nothing but an empty bin. "alphalens": its defaults throughout, padded returns and
   * all. "qlib": returns are the label `Ref($close, -2)/Ref($close, -1) - 1`, and sessions of two instruments count.
   */
  readonly compat?: QualityCompat | undefined;
  /** Sessions ahead, ascending; 1, 5 and 10 by default. With a label there is one horizon, 1. */
  readonly horizons?: readonly number[] | undefined;
  /** The horizons of the decay; 1 to 20 by default, none with a label. */
  readonly decay?: readonly number[] | undefined;
  /** The market's price field; `close` by default. */
  readonly price?: string | undefined;
  /** Returns given as an expression over the market's fields, which may look ahead, instead of those of the price. */
  readonly label?: string | undefined;
  /** Missing prices are the last ones before them. */
  readonly padded?: boolean | undefined;
  /** Whether returns span their horizon (default), or are those of its last session. */
  readonly cumulative?: boolean | undefined;
  /** Whether returns are computed in float32, as pandas computes those of float32 prices; float64 by default. */
  readonly single?: boolean | undefined;
  /** "each" horizon takes the cells that have its return; "all" takes only cells that have every horizon's. */
  readonly rows?: "each" | "all" | undefined;
  /** How many quantiles (5 by default), or their probabilities. */
  readonly quantiles?: number | readonly number[] | undefined;
  /** Steps of equal width instead: how many, or their edges. */
  readonly bins?: number | readonly number[] | undefined;
  readonly zeroAware?: boolean | undefined;
  readonly repeatedEdges?: Binning["repeated"] | undefined;
  readonly groups?: Groups | undefined;
  readonly binByGroup?: boolean | undefined;
  /** Returns less the mean of their group, weights within groups. */
  readonly groupNeutral?: boolean | undefined;
  /** Returns less the session's mean, and a portfolio of longs and shorts (default). */
  readonly longShort?: boolean | undefined;
  readonly equalWeight?: boolean | undefined;
  /** Returns further from their instrument's mean than so many standard deviations are left out (alphalens: 20). */
  readonly zscore?: number | null | undefined;
  /** The largest share of the factor's rows that may be lost, else an error (alphalens: 0.35). */
  readonly maxLoss?: number | null | undefined;
  /** Instruments that a session's correlation needs: 5; for alphalens and qlib 2. */
  readonly leastInstruments?: number | undefined;
  /** Sessions back for turnover and rank autocorrelation; the horizons by default. */
  readonly lags?: readonly number[] | undefined;
  /** An instrument's size, such as its market value: a field of the market, or a panel of one column; for exposure and neutral IC. */
  readonly size?: string | Panel | undefined;
}

const KEYS: RequestKeys<QualityOptions> = {
  compat: true,
  horizons: true,
  decay: true,
  price: true,
  label: true,
  padded: true,
  cumulative: true,
  single: true,
  rows: true,
  quantiles: true,
  bins: true,
  zeroAware: true,
  repeatedEdges: true,
  groups: true,
  binByGroup: true,
  groupNeutral: true,
  longShort: true,
  equalWeight: true,
  zscore: true,
  maxLoss: true,
  leastInstruments: true,
  lags: true,
  size: true,
};

/** A request with every choice made. */
export interface QualityPlan {
  readonly compat: QualityCompat;
  readonly horizons: readonly number[];
  readonly decay: readonly number[];
  readonly price: string;
  readonly label: string | undefined;
  readonly padded: boolean;
  readonly cumulative: boolean;
  readonly single: boolean;
  readonly rows: "each" | "all";
  readonly binning: Binning;
  readonly groups: Groups | undefined;
  readonly binByGroup: boolean;
  readonly groupNeutral: boolean;
  readonly weights: WeightRule;
  readonly zscore: number | null;
  readonly maxLoss: number | null;
  readonly leastInstruments: number;
  readonly lags: readonly number[];
  readonly size: string | Panel | undefined;
}

/** qlib's label of Alpha158 (`Alpha158.get_label_config`): from tomorrow's close to that of the day after. */
export const QLIB_LABEL = "Ref($close, -2)/Ref($close, -1) - 1";

/** @throws DataServiceError bad-request */
export function planQuality(options: QualityOptions, call: string): QualityPlan {
  checkKeys(options, KEYS, call);
  const { compat = "own" } = options;
  checkChoice(compat, ["own", "alphalens", "qlib"], `${call}: compat`);
  const label = options.label ?? (compat === "qlib" ? QLIB_LABEL : undefined);
  const theirs = compat === "alphalens";
  const horizons =
    label === undefined ? checkHorizons(options.horizons ?? [1, 5, 10], `${call}: horizons`) : [1];
  const own = compat === "own" && label === undefined;
  const decay = options.decay ?? (own ? Array.from({ length: 20 }, (_, k) => k + 1) : []);
  const demeaned = options.longShort ?? true;
  const groupNeutral = options.groupNeutral ?? false;
  if (options.groups === undefined && (groupNeutral || options.binByGroup)) {
    throw refusal(
      call,
      "groupNeutral and binByGroup need groups; give the group of each instrument as groups",
    );
  }
  return {
    compat,
    horizons,
    decay: decay.length > 0 ? checkHorizons(decay, `${call}: decay`) : [],
    price: options.price ?? "close",
    label,
    padded: options.padded ?? theirs,
    cumulative: options.cumulative ?? true,
    single: options.single ?? false,
    rows: options.rows ?? (theirs ? "all" : "each"),
    binning: binningOf(options, theirs, call),
    groups: options.groups,
    binByGroup: options.binByGroup ?? false,
    groupNeutral,
    weights: { demeaned, equal: options.equalWeight ?? false, byGroup: groupNeutral },
    zscore: options.zscore === undefined ? (theirs ? 20 : null) : options.zscore,
    maxLoss: options.maxLoss === undefined ? (theirs ? 0.35 : null) : options.maxLoss,
    leastInstruments: options.leastInstruments ?? (compat === "own" ? 5 : 2),
    lags: checkHorizons(options.lags ?? horizons, `${call}: lags`),
    size: options.size,
  };
}

function binningOf(options: QualityOptions, theirs: boolean, call: string): Binning {
  const { quantiles, bins, zeroAware = false } = options;
  if (quantiles !== undefined && bins !== undefined) {
    throw refusal(call, "quantiles and bins are both given; give one of them");
  }
  const edges = bins ?? quantiles ?? 5;
  if (zeroAware && typeof edges !== "number") {
    throw refusal(call, "zeroAware halves a number of quantiles or bins; give a number, not edges");
  }
  const binning: Binning = {
    by: bins === undefined ? "quantiles" : "bins",
    edges,
    zeroAware,
    repeated: options.repeatedEdges ?? (theirs ? "lose" : "keep"),
  };
  const counted = typeof edges !== "number" || Number.isInteger(edges);
  const ascending = typeof edges === "number" || edges.every((edge, k) => k === 0 || edge > edges[k - 1]!);
  if (counted && ascending && binCount(binning) >= 1 && binCount(binning) <= 255) return binning;
  throw refusal(
    call,
    `${binning.by} ${String(edges)}: give a whole number from 1 to 255, or ascending edges`,
  );
}

function checkHorizons(horizons: readonly number[], what: string): readonly number[] {
  const whole = horizons.length > 0 && horizons.every((h) => Number.isInteger(h) && h > 0);
  if (whole) return [...new Set(horizons)].sort((a, b) => a - b);
  throw new DataServiceError(
    "bad-request",
    `${what}: [${horizons.join(", ")}]; give sessions as whole numbers from 1`,
  );
}

function refusal(call: string, problem: string): DataServiceError {
  return new DataServiceError("bad-request", `${call}: ${problem}`);
}
