import type { Row } from "../api.ts";
import { useWords } from "../app-state.ts";
import { recordAddress } from "../routes.ts";
import type { Word } from "../words.ts";
import { decisionState, StateCell } from "./badge.tsx";
import { Figure } from "./figures.tsx";
import { Scroll } from "./scroll.tsx";
import { text } from "./text.ts";

const FIGURES = [
  ["sharpe", "sharpe", 2, false],
  ["ic", "ic", 4, false],
  ["annualized_return", "annual", 1, true],
  ["max_drawdown", "drawdown", 1, true],
] as const satisfies readonly (readonly [string, Word, number, boolean])[];

/** A few loops with their figures. */
export function LoopTable({ heading, loops }: { heading: Word; loops: readonly Row[] }) {
  const word = useWords();
  if (loops.length === 0) return null;
  return (
    <>
      <h2>{word(heading)}</h2>
      <Scroll label={word(heading)}>
        <table>
          <thead>
            <tr>
              <th scope="col">{word("loop")}</th>
              <th scope="col">{word("action")}</th>
              <th scope="col">{word("decision")}</th>
              {FIGURES.map(([column, name]) => (
                <th scope="col" class="number" key={column}>
                  {word(name)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {loops.map((loop) => (
              <tr key={loop.mark_key}>
                <td>
                  <a href={recordAddress("loops", loop.mark_key)}>
                    {`${text(loop.task_run_id)} / ${text(loop.loop_id)}`}
                  </a>
                </td>
                <td>{text(loop.action)}</td>
                <td>
                  <StateCell state={decisionState(loop.decision)} />
                </td>
                {FIGURES.map(([column, , digits, percent]) => (
                  <td class="number" key={column}>
                    <Figure value={loop[column]} digits={digits} percent={percent} />
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
