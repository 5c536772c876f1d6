import { useWords } from "../app-state.ts";
import { Expression } from "../parts/expression.tsx";
import { Figure } from "../parts/figures.tsx";
import { type RecordColumn, RecordTable } from "../parts/record-table.tsx";

const text = (value: unknown): string => (typeof value === "string" ? value : "");
const list = (value: unknown): string => (Array.isArray(value) ? value.join(", ") : text(value));

export const factorAddress = (key: string): string => `/factors/one?key=${encodeURIComponent(key)}`;

const COLUMNS: readonly RecordColumn[] = [
  {
    column: "name",
    heading: "name",
    kind: "text",
    width: 3,
    cell: (row) => <a href={factorAddress(row.mark_key)}>{text(row.name)}</a>,
  },
  { column: "source", heading: "source", kind: "text", width: 2, cell: (row) => text(row.source) },
  {
    column: "description_cn",
    heading: "description",
    kind: "text",
    width: 4,
    cell: (row) => text(row.description_cn),
  },
  {
    column: "expression",
    heading: "expression",
    kind: "text",
    width: 4,
    cell: (row) => <Expression text={text(row.expression) || text(row.formula_hint)} />,
  },
  { column: "tags", heading: "tags", kind: "text", width: 2, cell: (row) => list(row.tags) },
  {
    column: "best_sharpe",
    heading: "sharpe",
    kind: "number",
    width: 1,
    cell: (row) => <Figure value={row.best_sharpe} />,
  },
  {
    column: "best_annualized_return",
    heading: "annual",
    kind: "number",
    width: 1,
    cell: (row) => <Figure value={row.best_annualized_return} digits={1} percent />,
  },
  {
    column: "impl_state",
    heading: "versionState",
    kind: "text",
    width: 1,
    cell: (row) => text(row.impl_state),
  },
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
