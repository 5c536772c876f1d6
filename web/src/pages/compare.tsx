import { useContext, useState } from "preact/hooks";
import { api, type Row } from "../api.ts";
import { ShownContext, useLoaded, useWords } from "../app-state.ts";
import { chosen, toggleChosen } from "../parts/chosen.ts";
import { Expression } from "../parts/expression.tsx";
import { Figure } from "../parts/figures.tsx";
import { Await } from "../parts/state.tsx";

/** Two to four factors or loops side by side; what differs is marked. */
export function ComparePage() {
  const word = useWords();
  const [selection, setSelection] = useState(chosen);
  const { kind, keys } = selection;
  const loaded = useLoaded(JSON.stringify(selection), () =>
    Promise.all(
      keys.map(async (key) =>
        kind === "factors" ? (await api.factor(key)).factor : (await api.loop(key)).loop,
      ),
    ),
  );
  return (
    <>
      <h1>{word("compare")}</h1>
      {keys.length < 2 ? (
        <p>
          {word("compareHint")} <a href="/factors">{word("factors")}</a> ·{" "}
          <a href="/loops">{word("loops")}</a>
        </p>
      ) : (
        <Await of={loaded}>
          {(rows) => (
            <>
              {kind === "loops" && <Chart keys={keys} />}
              <Side rows={rows} onClear={(key) => setSelection(toggleChosen(kind, key))} />
            </>
          )}
        </Await>
      )}
    </>
  );
}

function Chart({ keys }: { keys: readonly string[] }) {
  const word = useWords();
  const { theme } = useContext(ShownContext);
  return (
    <figure>
      <figcaption>{word("metrics")}</figcaption>
      <img src={api.comparison(keys, theme)} alt={word("metrics")} />
    </figure>
  );
}

/** Not worth a line: keys, and what every record has of its own. */
const HIDDEN = new Set([
  "mark_key",
  "marks",
  "occurrence",
  "expression_key",
  "is_best",
  "has_values",
  "changed_at_utc",
]);

function Side({ rows, onClear }: { rows: readonly Row[]; onClear: (key: string) => void }) {
  const word = useWords();
  const names = [...new Set(rows.flatMap(Object.keys))].filter(
    (name) =>
      !HIDDEN.has(name) &&
      rows.some((row) => row[name] !== null && row[name] !== undefined && row[name] !== ""),
  );
  return (
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th scope="col" />
            {rows.map((row) => (
              <th scope="col" key={row.mark_key}>
                {String(row.name ?? `${row.task_run_id} / ${row.loop_id}`)}{" "}
                <button
                  type="button"
                  class="tag"
                  onClick={() => onClear(row.mark_key)}
                  aria-label={word("clear")}
                >
                  ✕
                </button>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {names.map((name) => {
            const differs = new Set(rows.map((row) => JSON.stringify(row[name]))).size > 1;
            return (
              <tr key={name} class={differs ? "differs" : undefined}>
                <th scope="row">
                  {name}
                  {differs && <span class="unseen"> ({word("difference")})</span>}
                </th>
                {rows.map((row) => (
                  <td key={row.mark_key} class="wrap">
                    <Value name={name} value={row[name]} />
                  </td>
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

function Value({ name, value }: { name: string; value: unknown }) {
  if (value === null || value === undefined || value === "") return <Figure value={undefined} />;
  if (typeof value === "number") return <Figure value={value} digits={Number.isInteger(value) ? 0 : 4} />;
  if (name === "expression" || name === "formula_hint") return <Expression text={String(value)} />;
  return <>{typeof value === "object" ? JSON.stringify(value) : String(value)}</>;
}
