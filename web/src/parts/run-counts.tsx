import type { RunAnswer } from "../api.ts";
import { useWords } from "../app-state.ts";
import type { Word } from "../words.ts";
import { Scroll } from "./scroll.tsx";

const OUTCOMES = ["new", "changed", "same", "gone", "skipped", "refused"] as const;
const HEADINGS: Readonly<Record<(typeof OUTCOMES)[number], Word>> = {
  new: "outcomeNew",
  changed: "outcomeChanged",
  same: "outcomeSame",
  gone: "outcomeGone",
  skipped: "outcomeSkipped",
  refused: "outcomeRefused",
};

/** What became of the records of an import, a row a kind. */
export function RunCounts({ of }: { of: Pick<RunAnswer, "counts"> }) {
  const word = useWords();
  const kinds = Object.entries(of.counts ?? {});
  if (kinds.length === 0) return <p class="muted">{word("nothingNew")}</p>;
  return (
    <Scroll label={word("outcomes")} class="narrow">
      <table>
        <thead>
          <tr>
            <th scope="col">{word("kind")}</th>
            {OUTCOMES.map((outcome) => (
              <th scope="col" class="number" key={outcome}>
                {word(HEADINGS[outcome])}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {kinds.map(([kind, counts]) => (
            <tr key={kind}>
              <th scope="row">{kind.replaceAll("_", " ")}</th>
              {OUTCOMES.map((outcome) => (
                <td class={`number ${counts[outcome] ? "" : "muted"}`} key={outcome}>
                  {counts[outcome] ?? 0}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
