import type { FactorQuality } from "./quality/quality-figures.js";

/** How much a finding weighs. */
export type Severity = "error" | "warning" | "note";

/** The first rows that show what a finding says. */
export interface FindingRow {
  /** `2019-01-02`, or with a time of day. */
  readonly datetime?: string;
  readonly instrument?: string;
  readonly column?: string;
  /** What there is, and what it is compared with, as text. */
  readonly value?: string;
  readonly other?: string;
}

/** Something about a factor that someone should know. */
export interface Finding {
  /** A fixed name, `look-ahead`; see `FINDING_CODES`. */
  readonly code: FindingCode;
  readonly severity: Severity;
  /** What is the matter and what to change, in English. */
  readonly sentence: string;
  /** The same in Chinese. */
  readonly sentenceZh: string;
  readonly rows: readonly FindingRow[];
}

/** What was found about a factor. */
export type FindingCode =
  | "import-failed"
  | "missing-module"
  | "missing-function"
  | "missing-field"
  | "missing-package"
  | "no-pointer"
  | "no-python"
  | "not-implemented"
  | "raised"
  | "timeout"
  | "out-of-memory"
  | "crashed"
  | "not-a-frame"
  | "no-rows"
  | "wrong-index"
  | "levels-swapped"
  | "extra-level"
  | "unsorted"
  | "duplicate-keys"
  | "rows-missing"
  | "rows-invented"
  | "wrong-type"
  | "unnamed-series"
  | "column-name"
  | "several-columns"
  | "infinite-values"
  | "all-missing"
  | "constant"
  | "missing-where-input-is-complete"
  | "low-coverage"
  | "not-daily"
  | "prints"
  | "writes-files"
  | "mutates-input"
  | "leaves-processes"
  | "not-deterministic"
  | "keeps-state"
  | "ignores-its-input"
  | "look-ahead"
  | "depends-on-price-or-volume-level"
  | "depends-on-order-of-instruments"
  | "needs-the-whole-history"
  | "lookback-understated"
  | "recorded-differs"
  | "recorded-unreadable"
  | "recorded-of-another-universe"
  | "version-differs"
  | "changed-without-version"
  | "redundant";

/** Where a factor's values come from. */
export interface SourceDescription {
  readonly kind: "expression" | "recorded" | "python" | "workspace";
  /** The expression, the file, `module.function`, or the folder. */
  readonly text: string;
  readonly module?: string | undefined;
  readonly function?: string | undefined;
  readonly version?: string | undefined;
}

/** How a run ended: with values, or without. */
export type RunOutcome =
  | "values"
  | "not-a-frame"
  | "not-implemented"
  | "raised"
  | "timeout"
  | "out-of-memory"
  | "crashed"
  | "missing"
  | "skipped";

/** What the code gave back, before it was laid beside the market. */
export interface OutputShape {
  readonly kind: "Series" | "DataFrame";
  /** A Series' own name; null where it has none. */
  readonly name: string | null;
  readonly columns: readonly string[];
  readonly types: readonly string[];
  readonly levels: readonly (string | null)[];
  readonly rows: number;
  readonly missingRows: number;
  readonly extraRows: number;
  readonly duplicateKeys: number;
  readonly sorted: boolean;
}

/** One call of the factor's code. */
export interface RunReport {
  readonly outcome: RunOutcome;
  readonly seconds: number;
  readonly error?:
    | {
        readonly type: string;
        readonly message: string;
        readonly traceback: string;
        /** The package or module that an import did not find. */
        readonly missing?: string | null;
      }
    | undefined;
  readonly output?: OutputShape | undefined;
  /** The beginning of what it printed. */
  readonly stdout: string;
  readonly stderr: string;
  readonly files: readonly string[];
  readonly mutatesInput: boolean;
  /** Whether processes that it started were still there when it ended; they were killed. */
  readonly leavesProcesses?: boolean | undefined;
}

/** Cells of two sources, by how they compare. */
export interface ColumnComparison {
  readonly column: string;
  readonly cells: number;
  /** The same bits, or both missing. */
  readonly equal: number;
  /** Within 4 units in the last place (float32 where either side is). */
  readonly rounding: number;
  /** Further apart, but within the tolerance asked for. */
  readonly withinTolerance: number;
  readonly apart: number;
  readonly missingOnlyLeft: number;
  readonly missingOnlyRight: number;
  readonly first?: ComparedCell | undefined;
  readonly worst?: ComparedCell | undefined;
  readonly maxUlps: number;
  readonly maxAbsolute: number;
  /** Cells whose distance in units in the last place is 0, 1, 2–4, 5–16, … : upper bounds and counts. */
  readonly ulpHistogram: readonly { readonly upTo: number; readonly cells: number }[];
  /** The same of |a - b| / max(|a|, |b|): upper bounds 1e-15, 1e-14, … 1, ∞. */
  readonly relativeHistogram: readonly { readonly upTo: number; readonly cells: number }[];
  readonly sessionsThatDiffer: number;
  readonly instrumentsThatDiffer: number;
  readonly lastSessionThatDiffers?: string | undefined;
  /** Means over sessions. */
  readonly correlation: number;
  readonly rankCorrelation: number;
}

/** A cell that differs from what was recorded. */
export interface ComparedCell {
  readonly datetime: string;
  readonly instrument: string;
  readonly left: number;
  readonly right: number;
}

/** RD-Agent's own evaluators on the same two tables (`factor_coder/eva_utils.py`). */
export interface RdAgentVerdict {
  readonly singleColumn: boolean;
  readonly infinite: number;
  readonly rowRatio: number;
  readonly indexSimilarity: number;
  readonly sameMissingCount: boolean;
  readonly equalValueRatio: number;
  readonly correlation: number;
  readonly rankCorrelation: number;
  readonly passes: boolean;
}

/** Why two sources differ, checked on their cells before it is said. */
export interface Explanation {
  readonly code: string;
  readonly sentence: string;
  readonly sentenceZh: string;
  readonly values: Readonly<Record<string, string | number>>;
}

/** A factor beside what research recorded of it. */
export interface Comparison {
  readonly left: SourceDescription;
  readonly right: SourceDescription;
  readonly rowsInBoth: number;
  readonly rowsOnlyLeft: number;
  readonly rowsOnlyRight: number;
  /** Why rows are on one side only, as the ledger of a join says it. */
  readonly onlyLeftBecause: string;
  readonly onlyRightBecause: string;
  readonly columns: readonly ColumnComparison[];
  readonly columnsOnlyLeft: readonly string[];
  readonly columnsOnlyRight: readonly string[];
  readonly explanation: Explanation;
  /** Absent where no column is on both sides. */
  readonly rdagent?: RdAgentVerdict | undefined;
  /** The folder with the smallest window that shows the difference, where one was written. */
  readonly replay?: string | undefined;
}

/** One truncated run. */
export interface CutReport {
  /** The last session that was kept. */
  readonly cut: string;
  readonly why: string;
  /** Rows at or before the cut whose value changed, and those that only rounded otherwise. */
  readonly changed: number;
  readonly rounded: number;
  /** The same after the future was replaced by other numbers, or blanked; undefined where it was not tried. */
  readonly changedByRandomFuture?: number | undefined;
  readonly changedByBlankFuture?: number | undefined;
}

/** A cell whose value depends on what lies after it. */
export interface OffendingCell {
  readonly datetime: string;
  readonly instrument: string;
  readonly column: string;
  /** With the whole input, and with the input that ends at `cut`. */
  readonly full: number;
  readonly truncated: number;
  readonly cut: string;
}

/** What was tried against look-ahead, and what came of it. It holds for these cuts and no others. */
export interface LookAheadProof {
  readonly verdict: "look-ahead" | "proven for the cuts tried" | "undetermined" | "not tried";
  /** Where undetermined or not tried. */
  readonly why?: string | undefined;
  readonly cutsTried: number;
  readonly cutsThatShowIt: number;
  readonly cutsWithRoundingOnly: number;
  readonly cuts: readonly CutReport[];
  readonly first?: OffendingCell | undefined;
  /** How many sessions before its cut a changed row lies at most. */
  readonly reachSessions?: number | undefined;
  readonly deterministic?: boolean | undefined;
  /** Whether a second call in the same process gives the same. */
  readonly sameOnSecondCall?: boolean | undefined;
  readonly dependsOnInput?: boolean | undefined;
  /** Whether prices and volumes scaled by powers of two leave every value as it is. */
  readonly scaleInvariant?: boolean | undefined;
  readonly crossSectional?: boolean | undefined;
  readonly dependsOnOrder?: boolean | undefined;
  readonly lookback?: Lookback | undefined;
}

/** How much history a value needs. */
export interface Lookback {
  /** Rows of each instrument, its own included; undefined where the whole history is needed. */
  readonly rows: number | undefined;
  /** Whether the values there have the same bits. */
  readonly bitEqual: boolean | undefined;
  readonly longestHistory: number;
  /** What the factor's metadata says (`input_schema.lookback_days`). */
  readonly declared?: number | undefined;
}

/** What a comparison with a version comes to. */
export type VersionVerdict =
  | "same"
  | "older-than-library"
  | "newer-than-library"
  | "a-date"
  | "unknown"
  | "changed-without-version";

/** A factor beside one recorded version of it. */
export interface VersionReport {
  readonly recorded?: string | undefined;
  readonly library?: string | undefined;
  readonly verdict: VersionVerdict;
  /** SHA-256 of the function's source, hexadecimal. */
  readonly codeHash?: string | undefined;
}

/** How a factor stands to others; the one part of a report that depends on the company. */
export interface FactorRelation {
  readonly factor: string;
  /** Whether it is one of the set named as known, such as Alpha158. */
  readonly known: boolean;
  /** Means over sessions. */
  readonly pearson: number;
  readonly spearman: number;
}

/** How a factor goes with the others. */
export interface FactorRelations {
  readonly others: readonly FactorRelation[];
  /** Factors whose rank correlations chain together at 0.7 or more, this one included; named by its first. */
  readonly cluster: readonly string[];
  /** The rank IC of what is left of the factor after least squares on the known set, by session. */
  readonly increment?:
    | { readonly horizon: number; readonly rankIc: number; readonly sessions: number }
    | undefined;
}

/** All that was found of one factor. */
export interface FactorReport {
  readonly factor: string;
  readonly status: "ok" | "warning" | "error";
  readonly source: SourceDescription;
  /** The worst first. */
  readonly findings: readonly Finding[];
  readonly run?: RunReport | undefined;
  readonly missing?:
    | { readonly nan: number; readonly infinite: number; readonly whereInputIsComplete: number }
    | undefined;
  readonly proof?: LookAheadProof | undefined;
  readonly comparison?: Comparison | undefined;
  readonly version?: VersionReport | undefined;
  /** One entry a column. */
  readonly quality: readonly FactorQuality[];
  readonly relations?: FactorRelations | undefined;
  /** Whether it was taken from the cache of earlier runs. */
  readonly cached: boolean;
}
