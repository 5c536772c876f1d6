import type { Fields } from "../api.ts";
import { useWords } from "../app-state.ts";
import type { Word } from "../words.ts";
import { Figure } from "./figures.tsx";
import { Scroll } from "./scroll.tsx";
import { text } from "./text.ts";

const FIGURES = [
  ["ic_mean", "ic", 4, false],
  ["ic_ir", "icir", 2, false],
  ["rank_ic_mean", "rankIc", 4, false],
  ["rank_ic_ir", "rankIcir", 2, false],
  ["coverage", "coverage", 1, true],
  ["turnover", "turnover", 1, true],
  ["annualized_return", "annual", 1, true],
  ["max_drawdown", "drawdown", 1, true],
  ["sharpe", "sharpe", 2, false],
] as const satisfies readonly (readonly [string, Word, number, boolean])[];

/** A factor's figures, a row for each window and whoever measured it. */
export function MetricsTable({ of }: { of: readonly Fields[] }) {
  const word = useWords();
  if (of.length === 0) return null;
  return (
    <>
      <h2>{word("metrics")}</h2>
      <Scroll label={word("metrics")}>
        <table>
          <thead>
            <tr>
              <th scope="col">{word("measuredBy")}</th>
              <th scope="col">{word("window")}</th>
              {FIGURES.map(([column, heading]) => (
                <th scope="col" class="number" key={column}>
                  {word(heading)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {of.map((row) => (
              <tr key={`${text(row.origin)} ${text(row.workspace_id)} ${text(row.window_name)}`}>
                <td>
                  {row.origin === "validation"
                    ? word("ownChecks")
                    : `${text(row.task_run_id)} / ${text(row.loop_id)}`}
                </td>
                <td>{text(row.window_name) || "–"}</td>
                {FIGURES.map(([column, , digits, percent]) => (
                  <td class="number" key={column}>
                    <Figure value={row[column]} digits={digits} percent={percent} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </>
  );
}
