import { appendFileSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { DataServiceError } from "../../errors.js";
import { checkChoice } from "../../names/choice.js";
import { checkKeys, type RequestKeys } from "../../names/request-keys.js";
import type { Panel } from "../../panel/panel.js";
import { guessedPathMap } from "../path-map.js";
import { openRegistry, type Registry } from "../registry/registry.js";
import type { WorkspaceRow } from "../registry/registry-tables.js";
import { utcNow } from "../registry/utc-time.js";
import { type BackfillSelection, type SelectedLoop, selectLoops } from "./backfill-plan.js";
import { type CheckedWorkspace, checkWorkspace } from "./check-workspace.js";
import { fillWorkspace, type WorkspaceFinding } from "./fill-workspace.js";
import { RegistryWriter } from "./registry-writer.js";
import {
  type DesiredArtifact,
  desiredArtifacts,
  RESULT_JSON,
  resultFileArtifacts,
} from "./workspace-artifacts.js";
import { WorkspaceFolder } from "./workspace-folder.js";

export interface BackfillOptions extends Partial<BackfillSelection> {
  /** Where logs are, for a task whose log folder the registry does not name. */
  readonly logRoot?: string;
  /** Writes JSON files again that are there. */
  readonly overwriteJson?: boolean;
  /** Removes artifacts of earlier writers that stand for the same files under other ids. */
  readonly cleanupExisting?: boolean;
  /** Says what would be written, and writes nothing. */
  readonly dryRun?: boolean;
  /** Draws equity and drawdown where a workspace has its returns; true by default. */
  readonly charts?: boolean;
  /** The market from which factors are checked, for the figures of factor_perf.json. */
  readonly market?: Panel;
  /** Called with how far it is, now and then. */
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
  readonly signal?: AbortSignal;
}

const BACKFILL_KEYS: RequestKeys<BackfillOptions> = {
  mode: true,
  taskRunId: true,
  allTaskRuns: true,
  sinceDate: true,
  maxLoops: true,
  onlyExperimentWorkspace: true,
  workspaceRoot: true,
  pathMap: true,
  logRoot: true,
  overwriteJson: true,
  cleanupExisting: true,
  dryRun: true,
  charts: true,
  market: true,
  onProgress: true,
  signal: true,
};

/** What became of one workspace. */
export interface WorkspaceOutcome extends Partial<WorkspaceFinding> {
  readonly taskRunId: string;
  readonly loopId: number;
  readonly workspaceId: string;
  readonly action: string;
  /** Artifacts and files that were registered or changed. */
  readonly registered: number;
  /** What went wrong; the other workspaces go on. */
  readonly error?: string;
}

export interface BackfillReport {
  readonly mode: BackfillSelection["mode"];
  readonly workspaces: readonly WorkspaceOutcome[];
  /** What each workspace has and lacks, of a check. */
  readonly checks: readonly CheckedWorkspace[];
  readonly filesWritten: number;
  readonly rowsWritten: number;
  readonly loopsChanged: number;
}

/**
 * Fills what research left undone: missing factor_meta, factor_perf, feedback and workspace files, charts, artifacts with
 * stable ids, `has_result` by the strict rule. Each workspace is written whole, then registered in one transaction, so that
 * a run that is cut off is simply run again; a second run changes nothing. What was done is appended to
 * backfill-ledger.jsonl beside the registry.
 * @param path registry.sqlite
 * @throws DataServiceError bad-request, not-found, unsupported, timeout, cancelled
 */
export async function backfill(path: string, options: BackfillOptions = {}): Promise<BackfillReport> {
  checkKeys(options, BACKFILL_KEYS, "backfill");
  const { mode = "incremental" } = options;
  checkChoice(mode, ["full", "incremental", "check", "materialize-pending"], "backfill: mode");
  const registry = await openRegistry(path);
  let loops: SelectedLoop[];
  let checks: CheckedWorkspace[] = [];
  try {
    loops = await selectLoops(registry, {
      ...options,
      mode,
      pathMap: options.pathMap ?? (await guessed(registry)),
    });
    if (mode === "check") checks = await checkAll(registry, loops);
  } finally {
    await registry.close();
  }
  if (mode === "check") {
    return { mode, workspaces: [], checks, filesWritten: 0, rowsWritten: 0, loopsChanged: 0 };
  }
  const writer = options.dryRun ? undefined : await RegistryWriter.open(path);
  try {
    return await new BackfillRun(path, mode, options, writer).run(loops);
  } finally {
    writer?.close();
  }
}

async function guessed(registry: Registry) {
  const { rows } = await registry.workspaces();
  const repository = dirname(dirname(realpathSync(registry.path)));
  return guessedPathMap(
    rows.map(({ workspace_path }) => workspace_path),
    repository,
  );
}

async function checkAll(registry: Registry, loops: readonly SelectedLoop[]): Promise<CheckedWorkspace[]> {
  const files = await registry.artifactFiles();
  return loops.flatMap(({ loop, workspaces }) =>
    workspaces.map(({ row, folder }) => checkWorkspace(folder, row, actionOf(loop, row), files)),
  );
}

const actionOf = (loop: SelectedLoop["loop"], row: WorkspaceRow): string =>
  loop.action ?? row.experiment_type ?? "unknown";

class BackfillRun {
  readonly #ledger: string;
  readonly #mode: BackfillSelection["mode"];
  readonly #options: BackfillOptions;
  readonly #writer: RegistryWriter | undefined;
  readonly #now = utcNow();
  readonly #outcomes: WorkspaceOutcome[] = [];
  #loopsChanged = 0;

  constructor(
    path: string,
    mode: BackfillSelection["mode"],
    options: BackfillOptions,
    writer: RegistryWriter | undefined,
  ) {
    this.#ledger = join(dirname(path), "backfill-ledger.jsonl");
    this.#mode = mode;
    this.#options = options;
    this.#writer = writer;
  }

  async run(loops: readonly SelectedLoop[]): Promise<BackfillReport> {
    const { onProgress, signal } = this.#options;
    for (const [done, loop] of loops.entries()) {
      if (signal?.aborted) {
        throw new DataServiceError(
          "cancelled",
          "the backfill was cancelled; what it wrote stays, run it again",
        );
      }
      await this.#fillLoop(loop);
      onProgress?.({ done: done + 1, total: loops.length });
    }
    const sum = (count: (outcome: WorkspaceOutcome) => number) =>
      this.#outcomes.reduce((total, outcome) => total + count(outcome), 0);
    return {
      mode: this.#mode,
      workspaces: this.#outcomes,
      checks: [],
      filesWritten: sum(({ written = [] }) => written.length),
      rowsWritten: sum(({ registered }) => registered),
      loopsChanged: this.#loopsChanged,
    };
  }

  async #fillLoop(selected: SelectedLoop): Promise<void> {
    const isMaterializing = this.#mode !== "full";
    const outcomes: WorkspaceOutcome[] = [];
    for (const { row, folder } of selected.workspaces) {
      const outcome = await this.#fillOne(selected, row, folder);
      outcomes.push(outcome);
      this.#outcomes.push(outcome);
    }
    const set: Record<string, string | number | null> = {};
    if (selected.workspaces.some(({ folder }) => folder.exists)) {
      set.has_result = outcomes.some(({ hasResult }) => hasResult) ? 1 : 0;
    }
    const logDir = this.#logDirOf(selected);
    if (selected.loop.log_dir === null && logDir !== null) set.log_dir = logDir;
    if (isMaterializing) Object.assign(set, materialization(selected, outcomes));
    if (this.#setLoop(selected, set)) this.#loopsChanged++;
  }

  #logDirOf({ task }: SelectedLoop): string | null {
    const { logRoot } = this.#options;
    return task.log_trace_path || (logRoot === undefined ? null : join(logRoot, task.task_run_id));
  }

  async #fillOne(
    selected: SelectedLoop,
    row: WorkspaceRow,
    folder: WorkspaceFolder,
  ): Promise<WorkspaceOutcome> {
    const action = actionOf(selected.loop, row);
    const identity = {
      taskRunId: row.task_run_id,
      loopId: selected.loop.loop_id,
      workspaceId: row.workspace_id,
    };
    try {
      const loop = { taskRunId: row.task_run_id, loopId: selected.loop.loop_id, now: this.#now };
      const finding = await fillWorkspace(folder, row, action, loop, {
        overwriteJson: this.#options.overwriteJson ?? false,
        isDryRun: this.#options.dryRun ?? false,
        hasCharts: this.#options.charts ?? true,
        market: this.#options.market,
      });
      const registered = await this.#register(folder, row, action, finding);
      const outcome = { ...identity, action, ...finding, registered };
      if (finding.written.length + registered > 0) this.#note(outcome);
      return outcome;
    } catch (error) {
      const outcome = {
        ...identity,
        action,
        registered: 0,
        error: error instanceof Error ? error.message : String(error),
      };
      this.#note(outcome);
      return outcome;
    }
  }

  async #register(
    before: WorkspaceFolder,
    row: WorkspaceRow,
    action: string,
    finding: WorkspaceFinding,
  ): Promise<number> {
    const writer = this.#writer;
    if (!writer || !before.exists) return 0;
    const folder = new WorkspaceFolder(before.path);
    const isExperiment = row.workspace_role === "experiment_workspace";
    const isRegistered = finding.reason === undefined && isExperiment;
    const artifacts: DesiredArtifact[] = isRegistered ? await desiredArtifacts(folder, row, action) : [];
    const ours = finding.hasResult || action === "model" ? Object.keys(RESULT_JSON) : [];
    if (isExperiment)
      artifacts.push(
        ...(await resultFileArtifacts(folder, row, ours)).filter(({ files }) => files.length > 0),
      );
    return writer.transaction(() => {
      let rows = 0;
      const times = { created_at_utc: this.#now, updated_at_utc: this.#now };
      if (this.#options.cleanupExisting) {
        const types = [...new Set(artifacts.map(({ artifact }) => artifact.artifact_type!)), "feature_set"];
        rows += writer.removeArtifacts(
          row.workspace_id,
          types,
          artifacts.map(({ artifact }) => artifact.artifact_id),
        );
      }
      for (const { artifact, files } of artifacts) {
        if (writer.upsert("artifacts", "artifact_id", { ...artifact }, times)) rows++;
        for (const file of files) if (writer.upsert("artifact_files", "file_id", { ...file }, {})) rows++;
      }
      if (finding.reason === undefined) {
        const pointers = {
          meta_path: "workspace_meta.json",
          summary_path: "experiment_summary.json",
          manifest_path: "manifest.json",
        };
        const where = { workspace_id: row.workspace_id };
        rows += writer.update("workspaces", where, pointers, { updated_at_utc: this.#now });
      }
      return rows;
    });
  }

  /** Changes a loop's row; its time goes with it, so that who asks for changes sees it. */
  #setLoop({ loop }: SelectedLoop, set: Readonly<Record<string, string | number | null>>): boolean {
    if (!this.#writer || Object.keys(set).length === 0) return false;
    const writer = this.#writer;
    const where = { task_run_id: loop.task_run_id, loop_id: loop.loop_id };
    const times: Record<string, string> = { updated_at_utc: this.#now };
    if ("materialization_status" in set) times.materialization_updated_at_utc = this.#now;
    return writer.transaction(() => writer.update("loops", where, set, times)) > 0;
  }

  #note(outcome: WorkspaceOutcome): void {
    if (this.#options.dryRun) return;
    appendFileSync(this.#ledger, `${JSON.stringify({ at_utc: this.#now, mode: this.#mode, ...outcome })}\n`);
  }
}

/** done when the experiment's own workspace is whole; a loop of which something was left out has failed, and says why. */
function materialization(
  { workspaces }: SelectedLoop,
  outcomes: readonly WorkspaceOutcome[],
): { materialization_status: string; materialization_error: string | null } {
  const problems = outcomes.filter((outcome, at) => {
    const isExperiment = workspaces[at]!.row.workspace_role === "experiment_workspace";
    return (
      outcome.error !== undefined || (isExperiment && (outcome.reason ?? outcome.resultReason) !== undefined)
    );
  });
  if (problems.length === 0) return { materialization_status: "done", materialization_error: null };
  const reasons = problems.map(({ error, reason, resultReason }) => error ?? reason ?? resultReason);
  return { materialization_status: "failed", materialization_error: [...new Set(reasons)].join("; ") };
}
