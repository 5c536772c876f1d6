import type { Context } from "hono";
import type { Store } from "../../research/store/store.js";
import type { Snapshot } from "../../snapshot/snapshot.js";
import type { AnswerName } from "./answer-schemas.js";
import type { Jobs } from "./jobs.js";
import type { WorkspaceFiles } from "./workspace-files.js";

/** What the routes answer from. */
export interface LibrarySources {
  readonly store: Store;
  readonly version: string;
  readonly jobs: Jobs;
  readonly files: WorkspaceFiles;
  /** What values are computed from, where the server was given one. */
  readonly snapshot: Snapshot | undefined;
  /** The folder of factor functions whose source may be shown. */
  readonly factorPackage: string | undefined;
}

/** One route of the API, below `/api/v1`: how it is answered, and what its OpenAPI document says of it. */
export interface LibraryRoute {
  readonly method: "get" | "put" | "post";
  /** With parameters as `:name`. */
  readonly path: string;
  readonly summary: string;
  /** Parameters of the query, each with what it means; `*` after a name: it may stand several times. */
  readonly query?: Readonly<Record<string, string>>;
  /** What the body holds, where one is sent. */
  readonly body?: string;
  /** A schema of the document, `?` after it where there may be none, a list of them, or the type of what is no JSON. */
  readonly answer:
    | AnswerName
    | `${AnswerName}?`
    | `${AnswerName}[]`
    | "image/svg+xml"
    | "text/event-stream"
    | "text/csv"
    | "file";
  handle(context: Context): Response | Promise<Response>;
}
