// What the library's API answers with: shared by the server and the pages. Types only.

export type RecordKind = "factors" | "strategies" | "loops" | "models";

export interface Marks {
  readonly favourite: boolean;
  readonly reviewed: boolean;
  readonly tags: readonly string[];
  readonly note: string;
}

/** What a user noted of one record, as it is exported. */
export interface ExportedMark extends Marks {
  readonly kind: RecordKind;
  readonly mark_key: string;
}

/** A record's columns by name, as the store has them, JSON unfolded. */
export type Fields = Readonly<Record<string, unknown>>;

export interface Row extends Fields {
  /** What a record is asked for and marked by. */
  readonly mark_key: string;
  readonly marks: Marks;
}

export interface ListAnswer {
  /** How many match, on all pages. */
  readonly total: number;
  readonly rows: readonly Row[];
  /** What the next page is asked for with; absent on the last. */
  readonly next?: string;
}

export interface RunAnswer {
  readonly run_id: string;
  readonly source: string;
  readonly mode: string;
  readonly state: string;
  readonly started_at_utc: string;
  readonly finished_at_utc: string | null;
  readonly counts: Readonly<Record<string, Readonly<Record<string, number>>>> | null;
  readonly problem: string | null;
}

export interface RunRecord {
  readonly kind: string;
  readonly record_key: string;
  readonly status: string;
  readonly reason: string | null;
}

/** Records that someone should look at: how many, and a list's query that shows them. */
export interface Attention {
  readonly code:
    | "stale-version"
    | "missing-code"
    | "failed-materialisation"
    | "no-values"
    | "look-ahead"
    | "check-error";
  readonly kind: RecordKind;
  readonly count: number;
  readonly query: string;
}

export interface OverviewAnswer {
  readonly store: string;
  readonly version: string;
  readonly counts: Readonly<Record<string, number>>;
  readonly lastRun: RunAnswer | null;
  /** Of when the source's newest answer is; null where it does not say. */
  readonly generated_at_utc: string | null;
  readonly attention: readonly Attention[];
  /** Whether values can be shown. */
  readonly snapshot: boolean;
}

export interface ExpressionAnswer {
  /** Bars before and after a row that its value depends on; null where it is the whole history. */
  readonly lookBack: number | null;
  readonly lookAhead: number | null;
  readonly fields: readonly string[];
  readonly tree: string;
}

export interface FactorAnswer {
  readonly factor: Row;
  /** The record as it came. */
  readonly record: unknown;
  readonly metrics: readonly Fields[];
  /** The loops that used it, the best first. */
  readonly loops: readonly Row[];
  /** The strategies of these loops. */
  readonly strategies: readonly Row[];
  /** The sets of factors in which it was tried. */
  readonly combinations: readonly Combination[];
  readonly expression: ExpressionAnswer | { readonly problem: string } | null;
  readonly check: FactorCheckAnswer | null;
  readonly source: FactorSourceAnswer | null;
}

/** Factors that loops used together. */
export interface Combination {
  readonly factors: readonly string[];
  /** The loop's mark_key. */
  readonly loop: string;
  readonly sharpe: number | null;
}

/** What our own checks found. */
export interface FactorCheckAnswer {
  /** ok, warning or error. */
  readonly status: string;
  /** The verdict of the proof against look-ahead. */
  readonly lookAhead: string | null;
  readonly lookBack: number | null;
  readonly findings: readonly {
    readonly code: string;
    readonly severity: string;
    readonly sentence: string;
    readonly sentenceZh: string;
  }[];
  /** Charts that can be asked for, by their places. */
  readonly charts: readonly {
    readonly at: number;
    readonly en: string;
    readonly zh: string;
    readonly wide: boolean;
  }[];
  readonly checked_at_utc: string;
}

/** The text of an implementation. */
export interface FactorSourceAnswer {
  readonly path: string;
  /** Its first line, from 1. */
  readonly line: number;
  readonly text: string;
  readonly from: "package" | "workspace";
  readonly version: string | null;
}

/** The last values: a row a session, the latest first, a column an instrument; null where there is none. */
export interface ValuesAnswer {
  readonly from: "snapshot" | "workspace";
  readonly sessions: readonly string[];
  readonly instruments: readonly string[];
  readonly values: readonly (readonly (number | null)[])[];
  /** Instruments that the table leaves out. */
  readonly more: number;
}

export interface FileAnswer {
  readonly id: string;
  readonly name: string;
  readonly kind: string | null;
  readonly size: number | null;
  readonly sha256: string | null;
  /** Whether it can be had here. */
  readonly available: boolean;
}

export interface ArtifactAnswer {
  readonly id: string;
  readonly type: string | null;
  readonly name: string | null;
  readonly status: string | null;
  readonly files: readonly FileAnswer[];
}

export interface WorkspaceAnswer {
  readonly workspace_id: string;
  readonly role: string | null;
  readonly status: string | null;
  readonly path: string | null;
  /** Whether the loop's figures are of this one. */
  readonly isBest: boolean;
  readonly artifacts: readonly ArtifactAnswer[];
}

export interface LoopAnswer {
  readonly loop: Row;
  readonly record: unknown;
  readonly factors: readonly string[];
  readonly workspaces: readonly WorkspaceAnswer[];
  /** Whether equity and drawdown can be drawn. */
  readonly hasReturns: boolean;
  /** Of the workspace's feedback.json, where it is on this machine. */
  readonly hypothesis: string | null;
  readonly limitations: readonly string[];
  readonly codeCritic: readonly string[];
}

/** A strategy or a model, and the loops that have it. */
export interface RecordAnswer {
  readonly row: Row;
  readonly record: unknown;
  readonly loops: readonly Row[];
}

export interface AlphaFactorAnswer {
  readonly name: string;
  readonly expression: string | null;
  readonly region: string | null;
  readonly tags: unknown;
}

export interface TaskAnswer {
  readonly task_run_id: string;
  readonly loops: number;
  readonly withResult: number;
  readonly bestSharpe: number | null;
  readonly scenario: string | null;
  readonly status: string | null;
  readonly created_at_utc: string | null;
}

/** What a page starts: an import, or a look at what workspaces lack. */
export type JobRequest =
  | {
      readonly job: "sync";
      /** A URL or a folder. */
      readonly source: string;
      readonly mode?: "full" | "incremental";
      readonly dryRun?: boolean;
    }
  | {
      readonly job: "backfill-check";
      /** The path of registry.sqlite. */
      readonly registry: string;
    };

/** What a job says while it runs, one after the other. */
export interface JobEvent {
  readonly state: "running" | "done" | "failed";
  /** What is being done, or went wrong. */
  readonly text: string;
  readonly done?: number;
  /** Where it is known. */
  readonly total?: number;
  /** Of a sync that has ended, per kind of record. */
  readonly counts?: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Of a check that has ended: workspaces that lack something. */
  readonly lacking?: readonly { readonly workspace: string; readonly lacks: readonly string[] }[];
}

export interface Problem {
  readonly error: string;
}
