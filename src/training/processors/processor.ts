import type { TimeInput } from "../../time.js";
import type { Fields } from "../frame/frame.js";

/**
 * From and to which time, both inclusive; null is open. A bare date as the end takes in its whole day, a month (`2019-06`)
 * its whole month.
 */
export type Span = readonly [start: TimeInput | null, end: TimeInput | null];

/** What a fitted processor is fitted on; the segment "train" when omitted. */
interface Fitted {
  readonly fit?: Span | undefined;
}

/** The groups a processor is for: `"feature"`, `["feature", "label"]`, or `"all"`, which takes in the labels. */
interface Grouped {
  readonly fields: Fields;
}

/**
 * A step of a pipeline, as data. The kinds are qlib's (`qlib.data.dataset.processor`, `qlib.contrib.data.processor`), with
 * its numbers, and some that it lacks. NaN never counts, and stays, unless said otherwise. "By session" means among the
 * rows of one datetime.
 */
export type Processor =
  /** (x − median) / (MAD · 1.4826) of the fit, then cut to [−3, 3] unless `clipOutlier` is false. */
  | ({ readonly kind: "RobustZScoreNorm"; readonly clipOutlier?: boolean | undefined } & Grouped & Fitted)
  /** (x − mean) / std (ddof 0) of the fit; a constant column stays as it is. */
  | ({ readonly kind: "ZScoreNorm" } & Grouped & Fitted)
  /** (x − min) / (max − min) of the fit; a constant column stays as it is. */
  | ({ readonly kind: "MinMaxNorm" } & Grouped & Fitted)
  /** By session: (x − mean) / std (ddof 1); `robust`: (x − median) / MAD / 1.4826, cut to [−3, 3]. */
  | ({ readonly kind: "CSZScoreNorm"; readonly method?: "zscore" | "robust" | undefined } & Grouped)
  /** By session: (average rank / count − 0.5) · 3.46. */
  | ({ readonly kind: "CSRankNorm" } & Grouped)
  /** By session: NaN becomes the mean. */
  | ({ readonly kind: "CSZFillna" } & Grouped)
  /** NaN becomes `value`, 0 when omitted. */
  | ({ readonly kind: "Fillna"; readonly value?: number | undefined } & Grouped)
  /** By session: an infinity becomes the mean of the finite cells. */
  | ({ readonly kind: "ProcessInf" } & Grouped)
  /** tanh(x − 1) of columns whose name lacks "LABEL". */
  | ({ readonly kind: "TanhProcess" } & Grouped)
  /** Leaves out rows in which a cell of the groups is NaN. */
  | ({ readonly kind: "DropnaProcessor" } & Grouped)
  /** The same of labels; for learning only. */
  | { readonly kind: "DropnaLabel"; readonly fields?: Fields | undefined }
  /** Leaves columns out by name, in every group; unknown names do not count. */
  | { readonly kind: "DropCol"; readonly columns: readonly string[] }
  /** Of a group, keeps only columns of these names. */
  | ({ readonly kind: "FilterCol"; readonly columns: readonly string[] } & Grouped)
  /** qlib's storage by instrument, which sequences have here without it: changes nothing. */
  | { readonly kind: "HashStockFormat" }
  /** Keeps only instruments whose first row is at or before `start` and whose last one at or after `end`. */
  | {
      readonly kind: "TimeRangeFlt";
      readonly start?: TimeInput | undefined;
      readonly end?: TimeInput | undefined;
    }
  /** qlib's ConfigSectionProcessor: Alpha158's columns by the beginning of their names, by session. */
  | ({ readonly kind: "ConfigSectionProcessor" } & ConfigSectionOptions)
  /** Cuts to two quantiles, of the fit, or by session with `by: "session"`. */
  | ({
      readonly kind: "Winsorise";
      readonly limits: readonly [lower: number, upper: number];
      readonly by?: "fit" | "session" | undefined;
    } & Grouped &
      Fitted)
  /** By session: what is left of each column after a regression on exposures, and on the groups of `by`. */
  | ({
      readonly kind: "Neutralise";
      readonly by?: string | undefined;
      readonly exposures?: readonly string[] | undefined;
    } & Grouped)
  /** A column of whole numbers (an industry's code) as one column of 0 and 1 for each number of the fit. */
  | ({ readonly kind: "OneHot"; readonly column: string } & Fitted)
  /** Quantiles of the normal distribution by the rank in the fit. */
  | ({ readonly kind: "RankGauss" } & Grouped & Fitted)
  /** NaN becomes the instrument's last value before it, at most `limit` sessions old. */
  | ({ readonly kind: "ForwardFill"; readonly limit?: number | undefined } & Grouped);

/** The switches of qlib's ConfigSectionProcessor. */
export interface ConfigSectionOptions {
  readonly clipFeatureOutlier?: boolean | undefined;
  readonly shrinkFeatureOutlier?: boolean | undefined;
  readonly fillnaFeature?: boolean | undefined;
  readonly clipLabelOutlier?: boolean | undefined;
  readonly fillnaLabel?: boolean | undefined;
}

/** The processors, by qlib's names. */
export type ProcessorName = Processor["kind"];
/** The settings of a processor of one name. */
export type ProcessorOf<Name extends ProcessorName> = Extract<Processor, { readonly kind: Name }>;
