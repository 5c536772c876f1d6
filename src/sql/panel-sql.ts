import { basename, extname } from "node:path";
import type { Panel } from "../panel/panel.js";
import { runSql, type SqlOptions } from "./run-sql.js";
import type { SqlResult } from "./sql-result.js";

/** Runs a query on one panel, which is the table `panel`, and also has the name of the file it came from. */
export function sqlOnPanel(panel: Panel, query: string, options?: SqlOptions): Promise<SqlResult> {
  const { source } = panel.info;
  const file = source === undefined ? "panel" : basename(source, extname(source));
  const names = file.toLowerCase() === "panel" ? ["panel"] : ["panel", file]; // case does not count in SQL
  return runSql(
    names.map((name) => ({ name, open: async () => panel })),
    query,
    options,
  );
}
