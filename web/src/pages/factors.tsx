import { useWords } from "../app-state.ts";
import { StateCell } from "../parts/badge.tsx";
import { Expression } from "../parts/expression.tsx";
import { Figure } from "../parts/figures.tsx";
import { type RecordColumn, RecordTable } from "../parts/record-table.tsx";
import { listText, text } from "../parts/text.ts";
import { recordAddress } from "../routes.ts";

const figure = (
  column: string,
  heading: RecordColumn["heading"],
  digits: number,
  percent = false,
): RecordColumn => ({
  column,
  heading,
  kind: "number",
  width: 0.9,
  cell: (row) => <Figure value={row[column]} digits={digits} percent={percent} />,
});

const COLUMNS: readonly RecordColumn[] = [
  {
    column: "name",
    heading: "name",
    kind: "text",
    width: 2.6,
    cell: (row) => <a href={recordAddress("factors", row.mark_key)}>{text(row.name) || "—"}</a>,
  },
  { column: "source", heading: "source", kind: "text", width: 1.7, cell: (row) => text(row.source) },
  {
    column: "description_cn",
    heading: "description",
    kind: "text",
    width: 2.6,
    cell: (row) => text(row.description_cn),
  },
  {
    column: "expression",
    heading: "expression",
    kind: "text",
    width: 3,
    cell: (row) => <Expression text={text(row.expression) || text(row.formula_hint)} />,
  },
  figure("ic", "ic", 4),
  figure("ic_ir", "icir", 2),
  figure("coverage", "coverage", 1, true),
  figure("best_sharpe", "sharpe", 2),
  figure("best_annualized_return", "annual", 1, true),
  figure("loop_count", "usedBy", 0),
  {
    column: "check_status",
    heading: "verdict",
    kind: "text",
    width: 1.2,
    cell: (row) => <StateCell state={row.look_ahead === "look-ahead" ? "look-ahead" : row.check_status} />,
  },
  {
    column: "impl_state",
    heading: "versionState",
    kind: "text",
    width: 1.4,
    cell: (row) => <StateCell state={row.impl_state} />,
  },
  { column: "tags", heading: "tags", kind: "text", width: 1.6, cell: (row) => listText(row.tags) },
  {
    column: "experiment_id",
    heading: "experiment",
    kind: "text",
    width: 2,
    cell: (row) => text(row.experiment_id),
  },
];

export function FactorsPage() {
  const word = useWords();
  return (
    <>
      <h1>{word("factors")}</h1>
      <RecordTable kind="factors" columns={COLUMNS} comparable="factors" />
    </>
  );
}
