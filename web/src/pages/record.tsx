import { useAddress } from "../address.ts";
import { api, type RecordAnswer } from "../api.ts";
import { useLoaded, useWords } from "../app-state.ts";
import { Crumbs } from "../parts/crumbs.tsx";
import { Facts } from "../parts/facts.tsx";
import { LoopTable } from "../parts/loop-table.tsx";
import { MarksEditor } from "../parts/marks.tsx";
import { JsonBlock, WholeRecord } from "../parts/record-text.tsx";
import { Await } from "../parts/state.tsx";
import { listText, text } from "../parts/text.ts";
import { taskAddress } from "../routes.ts";
import type { Word } from "../words.ts";

/** Parts of a record that are a small document each. */
const STRATEGY_PARTS = [
  ["python_implementation", "implementation"],
  ["portfolio_config", "portfolioConfig"],
  ["backtest_config", "backtestConfig"],
  ["model_config", "modelConfig"],
  ["dataset_config", "datasetConfig"],
  ["data_config", "dataConfig"],
] as const satisfies readonly (readonly [string, Word])[];

export function StrategyPage() {
  const key = useAddress().query.get("key") ?? "";
  const loaded = useLoaded(key, () => api.strategy(key));
  return (
    <>
      <Crumbs kind="strategies" />
      <Await of={loaded}>{(answer) => <Strategy {...answer} />}</Await>
    </>
  );
}

function Strategy({ row, record, loops }: RecordAnswer) {
  const word = useWords();
  const task = text(row.example_task_run_id);
  return (
    <>
      <h1>
        {word("strategy")} <code>{text(row.strategy_id)}</code>
      </h1>
      <MarksEditor kind="strategies" of={row.mark_key} marks={row.marks} />
      <Facts
        of={[
          ["action", text(row.action)],
          ["step", text(row.step_name)],
          ["market", text(row.market)],
          ["frequency", text(row.freq)],
          ["instruments", listText(row.instruments)],
          ["features", listText(row.feature_list)],
          ["templates", listText(row.template_files)],
          ["example", task && <a href={taskAddress(task)}>{task}</a>],
        ]}
      />
      {STRATEGY_PARTS.map(([column, heading]) => (
        <JsonBlock key={column} heading={heading} of={row[column]} />
      ))}
      <LoopTable heading="triedIn" loops={loops} />
      <WholeRecord of={record} />
    </>
  );
}

const MODEL_PARTS = [
  ["model_config", "modelConfig"],
  ["dataset_config", "datasetConfig"],
  ["feature_schema", "featureSchema"],
  ["model_artifacts", "artifacts"],
] as const satisfies readonly (readonly [string, Word])[];

export function ModelPage() {
  const key = useAddress().query.get("key") ?? "";
  const loaded = useLoaded(key, () => api.model(key));
  return (
    <>
      <Crumbs kind="models" />
      <Await of={loaded}>{(answer) => <Model {...answer} />}</Await>
    </>
  );
}

function Model({ row, record, loops }: RecordAnswer) {
  const word = useWords();
  const task = text(row.task_run_id);
  return (
    <>
      <h1>
        {word("model")} <code>{text(row.model_id)}</code>
      </h1>
      <MarksEditor kind="models" of={row.mark_key} marks={row.marks} />
      <Facts
        of={[
          ["type", text(row.model_type)],
          ["task", task && <a href={taskAddress(task)}>{task}</a>],
          ["loop", text(row.loop_id)],
          ["workspace", text(row.workspace_id)],
          ["features", listText(row.flattened_feature_list)],
        ]}
      />
      {MODEL_PARTS.map(([column, heading]) => (
        <JsonBlock key={column} heading={heading} of={row[column]} />
      ))}
      <LoopTable heading="trainedIn" loops={loops} />
      <WholeRecord of={record} />
    </>
  );
}
