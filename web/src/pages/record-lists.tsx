import { useWords } from "../app-state.ts";
import { Figure } from "../parts/figures.tsx";
import { type RecordColumn, RecordTable } from "../parts/record-table.tsx";

const text = (value: unknown): string => (value === null || value === undefined ? "" : String(value));

export const loopAddress = (key: string): string => `/loops/one?key=${encodeURIComponent(key)}`;

const words = (column: string, heading: RecordColumn["heading"], width = 2): RecordColumn => ({
  column,
  heading,
  kind: "text",
  width,
  cell: (row) => text(row[column]),
});

const figure = (column: string, heading: RecordColumn["heading"], percent = false): RecordColumn => ({
  column,
  heading,
  kind: "number",
  width: 1,
  cell: (row) => <Figure value={row[column]} digits={percent ? 1 : 3} percent={percent} />,
});

function Decision({ value }: { value: unknown }) {
  const word = useWords();
  if (value !== 0 && value !== 1) return <Figure value={undefined} />;
  return <>{value === 1 ? `✓ ${word("accepted")}` : `✗ ${word("rejected")}`}</>;
}

const LOOPS: readonly RecordColumn[] = [
  {
    column: "task_run_id",
    heading: "task",
    kind: "text",
    width: 3,
    cell: (row) => (
      <a href={loopAddress(row.mark_key)}>{`${text(row.task_run_id)} / ${text(row.loop_id)}`}</a>
    ),
  },
  words("action", "action", 1),
  words("status", "status", 1),
  {
    column: "decision",
    heading: "decision",
    kind: "text",
    width: 1,
    cell: (row) => <Decision value={row.decision} />,
  },
  figure("sharpe", "sharpe"),
  figure("ic", "ic"),
  figure("ic_ir", "icir"),
  figure("annualized_return", "annual", true),
  figure("max_drawdown", "drawdown", true),
  words("materialization_status", "materialised", 1),
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

const STRATEGIES: readonly RecordColumn[] = [
  words("strategy_id", "strategies", 3),
  words("action", "action", 1),
  words("step_name", "step"),
  words("market", "market", 1),
  words("example_task_run_id", "task", 3),
  words("freq", "frequency", 1),
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
  words("model_id", "models", 3),
  words("model_type", "type"),
  words("task_run_id", "task", 3),
  words("loop_id", "loop", 1),
  words("workspace_id", "workspaces"),
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
