import { useAddress } from "../address.ts";
import { api, type ExpressionAnswer, type FactorAnswer, type Fields } from "../api.ts";
import { useLoaded, useWords } from "../app-state.ts";
import { Expression } from "../parts/expression.tsx";
import { Facts } from "../parts/facts.tsx";
import { Figure } from "../parts/figures.tsx";
import { MarksEditor } from "../parts/marks.tsx";
import { Await } from "../parts/state.tsx";
import { loopAddress } from "./record-lists.tsx";

/** One factor: what it is, what it is worth, where it came from. */
export function FactorPage() {
  const key = useAddress().query.get("key") ?? "";
  const loaded = useLoaded(key, () => api.factor(key));
  return <Await of={loaded}>{(answer) => <Factor {...answer} />}</Await>;
}

const text = (value: unknown): string => (value === null || value === undefined ? "" : String(value));

function Factor({ factor, record, metrics, loops, expression }: FactorAnswer) {
  const word = useWords();
  const formula = text(factor.expression) || text(factor.formula_hint);
  return (
    <>
      <h1>{text(factor.name)}</h1>
      <p>{text(factor.description_cn)}</p>
      <MarksEditor kind="factors" of={factor.mark_key} marks={factor.marks} />
      <Facts
        of={[
          ["source", text(factor.source)],
          ["expression", formula && <Expression text={formula} />],
          [
            "implementation",
            text(factor.impl_module) && `${text(factor.impl_module)}.${text(factor.impl_func)}`,
          ],
          ["version", `${text(factor.impl_version)} ${text(factor.impl_state)}`.trim()],
          ["tags", Array.isArray(factor.tags) ? factor.tags.join(", ") : ""],
          ["experiment", text(factor.experiment_id)],
        ]}
      />
      {expression !== null && <Explained of={expression} />}
      {metrics.length > 0 && <Metrics of={metrics} />}
      {loops.length > 0 && (
        <>
          <h2>{word("lineage")}</h2>
          <ul>
            {loops.map((loop) => (
              <li key={loop.mark_key}>
                <a href={loopAddress(loop.mark_key)}>{`${text(loop.task_run_id)} / ${text(loop.loop_id)}`}</a>{" "}
                {word("sharpe")} <Figure value={loop.sharpe} />
              </li>
            ))}
          </ul>
        </>
      )}
      <details>
        <summary>{word("record")}</summary>
        <pre>{JSON.stringify(record, null, 2)}</pre>
      </details>
    </>
  );
}

function Explained({ of }: { of: ExpressionAnswer | { readonly problem: string } }) {
  const word = useWords();
  if ("problem" in of) {
    return (
      <details>
        <summary>{word("notQlib")}</summary>
        <pre>{of.problem}</pre>
      </details>
    );
  }
  return (
    <>
      <Facts
        of={[
          ["lookBack", of.lookBack === null ? word("whole") : String(of.lookBack)],
          ["lookAhead", of.lookAhead === null ? word("whole") : String(of.lookAhead)],
          ["reads", of.fields.join(", ")],
        ]}
      />
      <details>
        <summary>{word("tree")}</summary>
        <pre>{of.tree}</pre>
      </details>
    </>
  );
}

function Metrics({ of }: { of: readonly Fields[] }) {
  const word = useWords();
  const figures = [
    ["IC", "ic_mean"],
    ["ICIR", "ic_ir"],
    ["Rank IC", "rank_ic_mean"],
    ["Rank ICIR", "rank_ic_ir"],
  ] as const;
  return (
    <>
      <h2>{word("metrics")}</h2>
      <div class="scroll">
        <table>
          <thead>
            <tr>
              <th scope="col">{word("source")}</th>
              <th scope="col">{word("window")}</th>
              {figures.map(([name]) => (
                <th scope="col" class="number" key={name}>
                  {name}
                </th>
              ))}
              <th scope="col" class="number">
                {word("coverage")}
              </th>
              <th scope="col" class="number">
                {word("turnover")}
              </th>
              <th scope="col" class="number">
                {word("annual")}
              </th>
              <th scope="col" class="number">
                {word("drawdown")}
              </th>
              <th scope="col" class="number">
                {word("sharpe")}
              </th>
            </tr>
          </thead>
          <tbody>
            {of.map((row, i) => (
              <tr key={i}>
                <td>
                  {[row.origin, row.task_run_id, row.loop_id]
                    .filter((part) => part !== "" && part !== -1)
                    .join(" / ")}
                </td>
                <td>{text(row.window_name)}</td>
                {figures.map(([name, column]) => (
                  <td class="number" key={name}>
                    <Figure value={row[column]} digits={4} />
                  </td>
                ))}
                <td class="number">
                  <Figure value={row.coverage} digits={1} percent />
                </td>
                <td class="number">
                  <Figure value={row.turnover} digits={1} percent />
                </td>
                <td class="number">
                  <Figure value={row.annualized_return} digits={1} percent />
                </td>
                <td class="number">
                  <Figure value={row.max_drawdown} digits={1} percent />
                </td>
                <td class="number">
                  <Figure value={row.sharpe} digits={2} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}
