import { useWords } from "../app-state.ts";
import { Figure } from "./figures.tsx";
import { Scroll } from "./scroll.tsx";
import { text } from "./text.ts";

/** Names that come from the heading of the file: they measure nothing. The whole record has them. */
const HEADINGS: ReadonlySet<string> = new Set(["", "0", "Unnamed: 0"]);

/** Every figure that the backtest left, by the names it gave them. */
export function LoopMetrics({ of }: { of: unknown }) {
  const word = useWords();
  if (typeof of !== "object" || of === null) return null;
  const figures = Object.entries(of).filter(([name]) => !HEADINGS.has(name.trim()));
  if (figures.length === 0) return null;
  return (
    <>
      <h2>{word("metrics")}</h2>
      <Scroll label={word("metrics")} class="narrow">
        <table>
          <thead>
            <tr>
              <th scope="col">{word("metric")}</th>
              <th scope="col" class="number">
                {word("value")}
              </th>
            </tr>
          </thead>
          <tbody>
            {figures.map(([name, value]) => (
              <tr key={name}>
                <th scope="row">{name.trim()}</th>
                <td class="number">
                  {typeof value === "string" ? text(value) : <Figure value={value} digits={4} />}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </>
  );
}
