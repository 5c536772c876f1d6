import { type Equity, equityOf } from "../../research/backfill/return-charts.js";
import type { LoopTable } from "../../research/store/store-tables.js";
import type { WorkspaceFiles } from "./workspace-files.js";

/** The return file that needs no pickle read: pandas' `orient="table"` of qlib's report. */
const RETURNS = "ret_schema.json";

export const hasReturns = (files: WorkspaceFiles, loop: LoopTable): boolean =>
  loop.workspace_path !== null && files.find(RETURNS, loop.workspace_path) !== undefined;

/** A loop's account by session, over its first value; undefined where its file is not on this machine. */
export function returnsOf(files: WorkspaceFiles, loop: LoopTable): Equity | undefined {
  if (loop.workspace_path === null) return undefined;
  const text = files.text(RETURNS, loop.workspace_path);
  return text === undefined ? undefined : equityOf(text);
}
