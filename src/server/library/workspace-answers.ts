import { basename } from "node:path";
import { sql } from "kysely";
import type { Store } from "../../research/store/store.js";
import type { LoopTable, StoreTables } from "../../research/store/store-tables.js";
import type { ArtifactAnswer, FileAnswer, WorkspaceAnswer } from "./library-types.js";
import type { WorkspaceFiles } from "./workspace-files.js";

/**
 * The workspaces of a loop with their artifacts and files: those that the registry names, and those that only the catalogue
 * has. The one whose figures stand for the loop comes first.
 */
export async function workspaceAnswers(
  store: Store,
  files: WorkspaceFiles,
  loop: LoopTable,
): Promise<WorkspaceAnswer[]> {
  const { task_run_id, loop_id } = loop;
  const [registered, artifacts, rows] = await Promise.all([
    ofLoop(store, "workspaces", loop),
    ofLoop(store, "artifacts", loop),
    store.loops({ where: { task_run_id, loop_id }, everyWorkspace: true, gone: true }),
  ]);
  const known = new Map<string, WorkspaceAnswer>();
  for (const row of registered) {
    const { workspace_id } = row;
    known.set(workspace_id, {
      workspace_id,
      role: row.workspace_role,
      status: row.status,
      path: row.workspace_path,
      isBest: workspace_id === loop.workspace_id,
      artifacts: [],
    });
  }
  for (const { workspace_id, workspace_path, status, is_best } of rows.rows) {
    if (known.has(workspace_id)) continue;
    const path = workspace_path;
    known.set(workspace_id, { workspace_id, role: null, status, path, isBest: is_best === 1, artifacts: [] });
  }
  const ids = artifacts.map(({ artifact_id }) => artifact_id);
  const fileRows =
    ids.length === 0
      ? []
      : await store.db
          .selectFrom("artifact_files")
          .selectAll()
          .where("artifact_id", "in", ids)
          .where("gone_at_utc", "is", null)
          .orderBy("path")
          .execute();
  return [...known.values()]
    .map((workspace) => ({
      ...workspace,
      artifacts: artifacts
        .filter(({ workspace_id }) => workspace_id === workspace.workspace_id)
        .map(
          (artifact): ArtifactAnswer => ({
            id: artifact.artifact_id,
            type: artifact.artifact_type,
            name: artifact.name,
            status: artifact.status,
            files: fileRows
              .filter(({ artifact_id }) => artifact_id === artifact.artifact_id)
              .map(
                (row): FileAnswer => ({
                  id: row.file_id,
                  name: basename((row.path ?? row.file_id).replaceAll("\\", "/")),
                  kind: row.kind,
                  size: row.size_bytes,
                  sha256: row.sha256,
                  available: row.path !== null && files.find(row.path, workspace.path) !== undefined,
                }),
              ),
          }),
        ),
    }))
    .sort((a, b) => Number(b.isBest) - Number(a.isBest));
}

const ofLoop = async <T extends "workspaces" | "artifacts">(
  store: Store,
  table: T,
  { task_run_id, loop_id }: LoopTable,
): Promise<StoreTables[T][]> => {
  const { rows } = await sql<StoreTables[T]>`
    select * from ${sql.table(table)}
    where task_run_id = ${task_run_id} and loop_id = ${loop_id} and gone_at_utc is null order by record_key
  `.execute(store.db);
  return rows;
};
