type Row = Record<string, unknown>;
export type Rows = Readonly<Record<string, readonly Row[]>>;

/** What the research side's tool did in one recorded run. */
export interface Recorded {
  readonly results: unknown;
  readonly db: Readonly<
    Record<
      string,
      {
        readonly inserted: readonly Row[];
        readonly updated: Readonly<Record<string, Readonly<Record<string, readonly [unknown, unknown]>>>>;
      }
    >
  >;
  readonly files: { readonly created: readonly { readonly path: string; readonly json?: unknown }[] };
}

const KEYS: Readonly<Record<string, readonly string[]>> = {
  loops: ["task_run_id", "loop_id"],
  workspaces: ["workspace_id"],
  artifacts: ["artifact_id"],
  artifact_files: ["file_id"],
};

const keyOf = (table: string, row: Row): string =>
  KEYS[table]!.map((column) => String(row[column])).join("|");

/** The strict rule's answer for each loop, by the first letter of its task and its number, where the recorded one differs. */
const STRICT: Readonly<Record<string, 0 | 1>> = {
  "a|2": 1, // qlib_res.csv and ret.pkl are there; the model's weights, which are not, are another matter
  "a|3": 1, // the factor values are there, its configuration is not
  "a|5": 0, // a factor.py is no result
  "a|9": 0, // nobody knows which kind of experiment it is
};

/**
 * The rows as recorded and ours, both without what is a fault of the research side's tool:
 * - `has_result` by the loose rule (STRICT),
 * - `sha256` is always null there, and the size of a folder is that of its inode,
 * - files that are there are not registered unless the tool made them in the same run; charts are not drawn,
 * - `updated_at_utc` of a loop is not touched, of artifacts and workspaces with every run, and they are created anew.
 */
export function expectedRows(
  ours: Rows,
  before: Rows,
  runs: readonly Recorded[],
): { ours: Rows; theirs: Rows } {
  const theirs: Record<string, Row[]> = {};
  const mine: Record<string, Row[]> = {};
  for (const table of Object.keys(KEYS)) {
    const rows = new Map(before[table]!.map((row) => [keyOf(table, row), { ...row }]));
    for (const { db } of runs) {
      for (const row of db[table]?.inserted ?? []) rows.set(keyOf(table, row), { ...row });
      for (const [key, columns] of Object.entries(db[table]?.updated ?? {})) {
        for (const [column, [, value]] of Object.entries(columns)) rows.get(key)![column] = value;
      }
    }
    if (table === "loops") {
      for (const row of rows.values()) {
        const strict = STRICT[`${String(row.task_run_id)[0]}|${row.loop_id}`];
        if (strict !== undefined) row.has_result = strict;
      }
    }
    const known = new Set(rows.keys());
    theirs[table] = [...rows.values()].map((row) => comparable(table, row)).sort(byText);
    mine[table] = ours[table]!.filter((row) => known.has(keyOf(table, row)) || !isOursAlone(table, row, ours))
      .map((row) => comparable(table, row))
      .sort(byText);
  }
  return { ours: mine, theirs };
}

/** Artifacts of files that were there before, and of charts. */
function isOursAlone(table: string, row: Row, rows: Rows): boolean {
  const artifact =
    table === "artifacts" ? row : rows.artifacts!.find((one) => one.artifact_id === row.artifact_id);
  const type = String(artifact?.artifact_type);
  return ["ret_curve", "dd_curve", "factor_meta", "factor_perf", "feedback", "model_meta"].includes(type);
}

const IGNORED = new Set(["created_at_utc", "updated_at_utc", "mtime_utc", "sha256"]);
/** Files whose content differs as a file test says: their sizes do as well. */
const GENERATED = /\.(json|svg)$/;

function comparable(table: string, row: Row): Row {
  const plain = Object.fromEntries(Object.entries(row).filter(([column]) => !IGNORED.has(column)));
  if (table === "artifact_files" && (row.path === "mlruns" || GENERATED.test(String(row.path)))) {
    delete plain.size_bytes;
  }
  return plain;
}

const byText = (a: Row, b: Row): number => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);
