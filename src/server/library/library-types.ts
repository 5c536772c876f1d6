// What the library's API answers with: shared by the server and the pages. Types only.

export type RecordKind = "factors" | "strategies" | "loops" | "models";

export interface Marks {
  readonly favourite: boolean;
  readonly reviewed: boolean;
  readonly tags: readonly string[];
  readonly note: string;
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
  readonly code: "stale-version" | "missing-code" | "failed-materialisation" | "no-values" | "look-ahead";
  readonly kind: RecordKind;
  readonly count: number;
  readonly query: string;
}

export interface OverviewAnswer {
  readonly store: string;
  readonly version: string;
  readonly counts: Readonly<Record<string, number>>;
  readonly lastRun: RunAnswer | null;
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
  readonly loops: readonly Row[];
  readonly expression: ExpressionAnswer | { readonly problem: string } | null;
}

export interface FileAnswer {
  readonly id: string;
  readonly name: string;
  readonly kind: string | null;
  readonly size: number | null;
  readonly sha256: string | null;
  readonly artifact: string | null;
  /** Whether it can be had here. */
  readonly available: boolean;
}

export interface LoopAnswer {
  readonly loop: Row;
  readonly record: unknown;
  readonly factors: readonly string[];
  readonly files: readonly FileAnswer[];
  readonly workspaces: readonly Row[];
}

export interface RecordAnswer {
  readonly row: Row;
  readonly record: unknown;
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

/** What a job says while it runs, one after the other. */
export interface JobEvent {
  readonly state: "running" | "done" | "failed";
  readonly text: string;
  /** From 0 to 1, where it is known. */
  readonly share?: number;
}

export interface Problem {
  readonly error: string;
}
