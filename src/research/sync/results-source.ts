import type { CatalogueKind } from "../catalogues/catalogue-kinds.js";

/** What is imported, in this order: a loop's factors are there before it, its files after it. */
export const IMPORT_KINDS = [
  "factors",
  "alpha158",
  "alpha360",
  "strategies",
  "models",
  "loops",
  "task_runs",
  "registry_loops",
  "workspaces",
  "artifacts",
  "artifact_files",
  "performances",
] as const satisfies readonly (CatalogueKind | string)[];

/** What an import brings. */
export type ImportKind = (typeof IMPORT_KINDS)[number];

/** What the store remembers of the last whole import of a kind. */
export interface KnownState {
  readonly state: string;
  readonly asOf: string | null;
}

/** One reading of a kind of records. */
export interface KindRead {
  /** The records' JSON texts, a page at a time. It ends early only by throwing. */
  readonly pages: AsyncIterable<readonly string[]>;
  /** The envelope's texts, complete when the pages have ended. */
  readonly envelope: Readonly<Record<string, string>>;
  /** Whether the pages hold all that there is: what they lack is gone. */
  readonly isWhole: boolean;
  /** Keys of what is gone, where the pages hold changes only. */
  readonly removed: readonly string[];
  /** What the source calls this state; undefined where it has no name for it. */
  readonly state: string | undefined;
  readonly asOf: string | null;
}

/** Where results come from. */
export interface ResultsSource {
  /** By which the store knows it again: a URL or a folder's whole path. */
  readonly name: string;
  /**
   * @param known the state that was imported last; undefined in full mode
   * @throws TransientError, DataServiceError
   */
  read(
    kind: ImportKind,
    known: KnownState | undefined,
    signal: AbortSignal,
  ): Promise<KindRead | "absent" | "unchanged">;
  close(): Promise<void>;
}

/** A trouble that may pass: the same is asked again after a pause. */
export class TransientError extends Error {
  override readonly name = "TransientError";
  /** How long the source asks to wait, in milliseconds. */
  readonly pause: number | undefined;

  constructor(
    message: string,
    options: { readonly pause?: number | undefined; readonly cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.pause = options.pause;
  }
}
