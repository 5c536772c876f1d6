import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DataServiceError } from "../errors.js";
import { REGISTRY_COLUMNS, type RegistryTable } from "./registry/registry-tables.js";
import { openSqlite } from "./sqlite/open-sqlite.js";

const TASK = "2026-01-14_09-30-00-000001";
const WORKSPACES = join("git_ignore_folder", "RD-Agent_workspace");
const LOOPS = [
  {
    action: "factor",
    workspace: "0a1b2c3d4e5f60718293a4b5c6d7e8f9",
    factors: ["mom_10d", "turn_5d"],
    sharpe: 1.42,
  },
  { action: "factor", workspace: "1b2c3d4e5f60718293a4b5c6d7e8f90a", factors: ["vol_20d"], sharpe: 0.87 },
  { action: "model", workspace: "2c3d4e5f60718293a4b5c6d7e8f90a1b", factors: [], sharpe: 1.91 },
] as const;
const TIME = "2026-01-14T09:30:00+00:00";
const INSTRUMENTS = ["000001.SZ", "000858.SZ", "600000.SH", "600519.SH"];

/**
 * Makes a small folder as the research side leaves one: a registry of one task with three loops, their workspaces with
 * factor values and returns, and the exported catalogues. The figures are made up, the same each time.
 * @param dir is made; it may not hold anything yet
 * @throws DataServiceError write-failed
 */
export async function writeResearchSample(dir: string): Promise<void> {
  const database = join(dir, "RDagentDB");
  try {
    mkdirSync(join(dir, WORKSPACES), { recursive: true });
    mkdirSync(database); // fails where a sample, or a real registry, is
    mkdirSync(join(database, "aistock"));
  } catch (error) {
    const advice = "give a folder that does not exist yet";
    throw new DataServiceError(
      "write-failed",
      `${dir} cannot become a research folder; ${advice}`,
      { path: dir },
      error,
    );
  }
  for (const [at, loop] of LOOPS.entries()) await writeWorkspace(join(dir, WORKSPACES, loop.workspace), at);
  await writeRegistry(join(database, "registry.sqlite"), dir);
  const { backfill } = await import("./backfill/backfill.js");
  await backfill(join(database, "registry.sqlite"), { mode: "materialize-pending", charts: false });
  writeCatalogues(join(database, "aistock"), dir);
}

/** Factor values of 60 sessions, returns and qlib's figures, where the action has them. */
async function writeWorkspace(folder: string, at: number): Promise<void> {
  const { action, factors, sharpe } = LOOPS[at]!;
  mkdirSync(folder);
  const file = (name: string, text: string) => writeFileSync(join(folder, name), text);
  file("conf.yaml", "task:\n  model:\n    class: LGBModel\n    kwargs: {learning_rate: 0.05}\n");
  file(
    `${action}.py`,
    action === "model" ? "class Net:\n    pass\n\nmodel_cls = Net\n" : "def run(df):\n    return df\n",
  );
  file(
    "qlib_res.csv",
    `,0\nIC,${0.03 + at / 100}\nICIR,0.4\n1day.excess_return_without_cost.annualized_return,0.${12 + at}\n` +
      `1day.excess_return_without_cost.information_ratio,${sharpe}\n1day.excess_return_without_cost.max_drawdown,-0.08\n`,
  );
  const days = sessions();
  const data = days.map((datetime, day) => ({
    datetime,
    account: 1e6 * (1 + 0.001 * day + 0.004 * Math.sin(day / 3 + at)),
  }));
  file("ret_schema.json", JSON.stringify({ schema: { fields: [] }, data }));
  file("ret.pkl", "");
  if (action === "model") file("model.pkl", "");
  else await writeValues(join(folder, "combined_factors_df.parquet"), days, factors);
}

async function writeValues(path: string, days: readonly string[], factors: readonly string[]): Promise<void> {
  const { panelFromColumns } = await import("../open/panel-from-columns.js");
  const rows = days.flatMap((day, at) =>
    INSTRUMENTS.map((instrument, k) => ({ day, instrument, phase: at / 7 + k * 1.3 })),
  );
  const columns = Object.fromEntries(
    factors.map((name, f) => [name, Float64Array.from(rows, ({ phase }) => Math.sin(phase + f) / (2 + f))]),
  );
  const panel = panelFromColumns({
    datetime: rows.map(({ day }) => day),
    instrument: rows.map(({ instrument }) => instrument),
    columns,
  });
  await panel.write(path);
}

/** Weekdays from 2 January 2025. */
function sessions(): string[] {
  const days: string[] = [];
  for (let at = Date.UTC(2025, 0, 2); days.length < 60; at += 86_400_000) {
    const weekday = new Date(at).getUTCDay();
    if (weekday !== 0 && weekday !== 6) days.push(new Date(at).toISOString().slice(0, 10));
  }
  return days;
}

const TYPES: Readonly<Record<string, string>> = {
  loop_id: "INTEGER",
  has_result: "INTEGER",
  primary_flag: "INTEGER",
  size_bytes: "INTEGER",
  is_solidified: "INTEGER",
};
const REALS = new Set(["ic_mean", "rank_ic_mean", "ann_return", "mdd", "turnover", "multi_score"]);
const KEYS: Readonly<Record<RegistryTable, string>> = {
  task_runs: "task_run_id",
  loops: "task_run_id, loop_id",
  workspaces: "workspace_id",
  artifacts: "artifact_id",
  artifact_files: "file_id",
  factor_registry: "factor_name, asset_bundle_id",
};

async function writeRegistry(path: string, dir: string): Promise<void> {
  const database = await openSqlite(path);
  for (const [table, columns] of Object.entries(REGISTRY_COLUMNS)) {
    const typed = columns.map(
      (column) => `${column} ${REALS.has(column) ? "REAL" : (TYPES[column] ?? "TEXT")}`,
    );
    database.exec(
      `CREATE TABLE ${table} (${typed.join(", ")}, PRIMARY KEY (${KEYS[table as RegistryTable]}))`,
    );
  }
  database
    .prepare(
      "INSERT INTO task_runs (task_run_id, scenario, status, created_at_utc, updated_at_utc) VALUES (?, ?, ?, ?, ?)",
    )
    .run(TASK, "QuantRDLoop", "success", TIME, TIME);
  for (const [at, { action, workspace }] of LOOPS.entries()) {
    database
      .prepare(
        "INSERT INTO loops (task_run_id, loop_id, action, status, has_result, started_at_utc) VALUES (?, ?, ?, ?, 0, ?)",
      )
      .run(TASK, at, action, "success", TIME);
    database
      .prepare(
        "INSERT INTO workspaces (workspace_id, task_run_id, loop_id, workspace_role, experiment_type, status, workspace_path) VALUES (?, ?, ?, ?, ?, ?, ?)",
      )
      .run(workspace, TASK, at, "experiment_workspace", action, "success", join(dir, WORKSPACES, workspace));
  }
  database.close();
}

function writeCatalogues(folder: string, dir: string): void {
  const write = (name: string, list: string, records: readonly object[]) => {
    const catalogue = { version: "v1", generated_at_utc: TIME, source: "rdagent_tools", [list]: records };
    writeFileSync(join(folder, name), JSON.stringify(catalogue, undefined, 2));
  };
  const factors = LOOPS.flatMap((loop, at) =>
    loop.factors.map((name) => ({ name, at, sharpe: loop.sharpe })),
  );
  write(
    "factor_catalog.json",
    "factors",
    factors.map(({ name, at, sharpe }) => ({
      ...{ name, source: "rdagent_generated", region: "cn", expression: "", tags: ["rdagent"], freq: "1d" },
      ...{
        align: "close",
        created_at_utc: TIME,
        experiment_id: `${TASK}/${at}`,
        impl_module: "rd_factors_lib.generated",
      },
      ...{
        impl_func: name,
        impl_version: "20260114",
        best_performance: `Sharpe: ${sharpe}, Ann.Ret: ${12 + at}.00%`,
      },
    })),
  );
  write(
    "loop_catalog.json",
    "loops",
    LOOPS.map(({ action, workspace, factors: factor_names, sharpe }, at) => ({
      ...{
        task_run_id: TASK,
        loop_id: at,
        workspace_id: workspace,
        workspace_path: join(dir, WORKSPACES, workspace),
      },
      ...{
        action,
        status: "success",
        has_result: true,
        materialization_status: "done",
        factor_names,
        sharpe,
      },
      ...{
        annualized_return: (12 + at) / 100,
        max_drawdown: -0.08,
        ic: 0.03 + at / 100,
        ic_ir: 0.4,
        decision: at !== 1,
      },
    })),
  );
  write("strategy_catalog.json", "strategies", []);
  write("model_catalog.json", "models", [
    {
      model_id: "671685eb56855c9e8651ac587941fadc",
      task_run_id: TASK,
      loop_id: 2,
      workspace_id: LOOPS[2].workspace,
      model_type: "Net",
    },
  ]);
  writeFileSync(
    join(folder, "alpha158_meta.json"),
    JSON.stringify({
      version: "v1",
      source: "qlib_alpha158",
      factors: [{ name: "KLEN", expression: "($high-$low)/$open" }],
    }),
  );
}
