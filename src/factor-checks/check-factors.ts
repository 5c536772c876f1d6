import type { ColumnType } from "../columns/table.js";
import { type Advice, DataServiceError } from "../errors.js";
import { checkList } from "../names/field.js";
import { checkKeys, type RequestKeys } from "../names/request-keys.js";
import { onlyPanels } from "../panel/only-panels.js";
import type { Panel } from "../panel/panel.js";
import type { TimeInput } from "../time.js";

/** One factor, a column of a file, and what is wrong with it. */
export interface FactorCheck {
  /** The file, as it was named or found in a folder. */
  readonly path: string;
  /** The column; absent, like all figures, if the file cannot be opened. */
  readonly factor?: string;
  /** "error": it cannot be used as it is; "warning": someone should look at it. */
  readonly status: "ok" | "warning" | "error";
  /** Sentences for people, the worst first; empty if the status is "ok". */
  readonly problems: readonly string[];
  /** What the problem of a file that could not be read says to do. */
  readonly advice?: Advice;
  readonly type?: ColumnType;
  readonly rows?: number;
  /** First and last session, `2019-01-02` or with a time of day; absent if there are no rows. */
  readonly first?: string;
  readonly last?: string;
  /** The share of its rows that match a row of the market, instruments under either spelling. */
  readonly matchedShare?: number;
  /** The share of the market's rows between its first and last session that have a finite value. */
  readonly coverage?: number;
  /** The share of its rows that are NaN or null. */
  readonly missingShare?: number;
  /** How many cells are infinite. */
  readonly infinite?: number;
  /** Whether all finite values are the same. */
  readonly constant?: boolean;
  /**
   * The mean over sessions of Pearson's correlation with the label, qlib's `calc_ic`. Absent, like the figures below,
   * without a label, or with fewer than 20 sessions in which 10 instruments have both values.
   */
  readonly ic?: number;
  /** `ic` divided by the standard deviation of the sessions' correlations (ddof 1); absent if they are all the same. */
  readonly icir?: number;
  /** The same for Spearman's correlation, which is Pearson's of the ranks; equal values get their average rank. */
  readonly rankIc?: number;
  readonly rankIcir?: number;
  /** How many sessions these means cover. */
  readonly icSessions?: number;
}

/** The progress of a check of many files. */
export interface CheckProgress {
  readonly files: number;
  readonly totalFiles: number;
}

/** How `checkFactors` checks. */
export interface CheckOptions {
  /**
   * What the factors should predict: an expression over the market's fields, which may look ahead. By default qlib's
   * label for Alpha158, `Ref($close, -2)/Ref($close, -1) - 1`, if the market has a close. null: no label, and so no IC.
   */
  readonly label?: string | null | undefined;
  /** Only rows of the factors and of the market from here on, inclusive. The label may look beyond `end`. */
  readonly start?: TimeInput | undefined;
  /** Only rows up to here, inclusive; a bare date includes its whole day. */
  readonly end?: TimeInput | undefined;
  /** The key inside the factors' HDF5 files, `data` by default. */
  readonly key?: string | undefined;
  /** Called after each file. */
  readonly onProgress?: ((progress: CheckProgress) => void) | undefined;
}

const CHECK_KEYS: RequestKeys<CheckOptions> = {
  label: true,
  start: true,
  end: true,
  key: true,
  onProgress: true,
};

/**
 * Checks the factors of a library against a market: whether each file opens, matches the market's rows and has values,
 * and how the values correlate with a label. A path is a file of any supported format, a qlib folder, or a folder of
 * factors: its table files, and `result.h5` or `result.parquet` in its subfolders, as RD-Agent leaves them. One file is
 * open at a time, with only some of its sessions in memory if its format allows it.
 *
 * Errors: a file that cannot be opened or has no rows, cells that are not numbers, no row that matches, no finite value. Warnings: the
 * same value throughout, or for all instruments in every session; the values of a column of the market; values that are
 * or nearly rank as the return of their own bar or one that begins at it; infinite values; an IC or rank IC beyond ±0.2; fewer than 99% of the rows matching; values for less than half of the market's
 * rows.
 *
 * @returns one entry for each column of each file, in the order of the paths, and one for a file that cannot be opened
 * @throws DataServiceError bad-request, bad-expression (the label)
 * @example
 * const checks = await checkFactors(market, ["result_mom.h5"]);
 */
export async function checkFactors(
  market: Panel,
  paths: string | readonly string[],
  options: CheckOptions = {},
): Promise<FactorCheck[]> {
  checkKeys(options, CHECK_KEYS, "checkFactors");
  onlyPanels([market], "checkFactors");
  const named = typeof paths === "string" ? [paths] : paths;
  checkList(named, "paths");
  const other = named.find((path) => typeof path !== "string");
  if (other !== undefined) {
    throw new DataServiceError("bad-request", `checkFactors: ${String(other)} is not the path of a file`);
  }
  const { checkFiles } = await import("./check-files.js"); // few programs check factors
  return checkFiles(market, named, options);
}
