import type { ComponentChildren } from "preact";
import type { Row } from "../api.ts";
import { useWords } from "../app-state.ts";
import { decisionState, StateCell } from "../parts/badge.tsx";
import { Figure } from "../parts/figures.tsx";
import { type RecordColumn, RecordTable } from "../parts/record-table.tsx";
import { listText, text } from "../parts/text.ts";
import { recordAddress, taskAddress } from "../routes.ts";

const words = (column: string, heading: RecordColumn["heading"], width = 2): RecordColumn => ({
  column,
  heading,
  kind: "text",
  width,
  cell: (row) => listText(row[column]),
});

const linked = (
  column: string,
  heading: RecordColumn["heading"],
  width: number,
  cell: (row: Row) => ComponentChildren,
): RecordColumn => ({ column, heading, kind: "text", width, cell });

const figure = (
  column: string,
  heading: RecordColumn["heading"],
  digits: number,
  percent = false,
): RecordColumn => ({
  column,
  heading,
  kind: "number",
  width: percent ? 1.3 : 1,
  cell: (row) => <Figure value={row[column]} digits={digits} percent={percent} />,
});

const badge = (column: string, heading: RecordColumn["heading"]): RecordColumn => ({
  column,
  heading,
  kind: "text",
  width: 1.2,
  cell: (row) => <StateCell state={row[column]} />,
});

const LOOPS: readonly RecordColumn[] = [
  linked("task_run_id", "loop", 3.4, (row) => (
    <a href={recordAddress("loops", row.mark_key)}>{`${text(row.task_run_id)} / ${text(row.loop_id)}`}</a>
  )),
  words("action", "action", 0.9),
  badge("status", "status"),
  linked("decision", "decision", 1.4, (row) => <StateCell state={decisionState(row.decision)} />),
  figure("sharpe", "sharpe", 2),
  figure("ic", "ic", 4),
  figure("ic_ir", "icir", 2),
  figure("annualized_return", "annual", 1, true),
  figure("max_drawdown", "drawdown", 1, true),
  badge("materialization_status", "materialised"),
  words("factor_names", "factors", 3),
];

export function LoopsPage() {
  const word = useWords();
  return (
    <>
      <h1>{word("loops")}</h1>
      <RecordTable kind="loops" columns={LOOPS} comparable="loops" />
    </>
  );
}

const task = (column: string): RecordColumn =>
  linked(column, "task", 3, (row) => {
    const run = text(row[column]);
    return run && <a href={taskAddress(run)}>{run}</a>;
  });

const STRATEGIES: readonly RecordColumn[] = [
  linked("strategy_id", "strategy", 3.4, (row) => (
    <a href={recordAddress("strategies", row.mark_key)}>{text(row.strategy_id) || "—"}</a>
  )),
  words("action", "action", 1),
  words("step_name", "step", 1.4),
  words("market", "market", 1),
  words("freq", "frequency", 0.8),
  task("example_task_run_id"),
  words("template_files", "templates", 3),
];

export function StrategiesPage() {
  const word = useWords();
  return (
    <>
      <h1>{word("strategies")}</h1>
      <RecordTable kind="strategies" columns={STRATEGIES} />
    </>
  );
}

const MODELS: readonly RecordColumn[] = [
  linked("model_id", "model", 3.4, (row) => (
    <a href={recordAddress("models", row.mark_key)}>{text(row.model_id) || "—"}</a>
  )),
  words("model_type", "type", 1.6),
  task("task_run_id"),
  figure("loop_id", "loop", 0),
  words("flattened_feature_list", "features", 3),
];

export function ModelsPage() {
  const word = useWords();
  return (
    <>
      <h1>{word("models")}</h1>
      <RecordTable kind="models" columns={MODELS} />
    </>
  );
}
