import { useContext } from "preact/hooks";
import { api } from "../api.ts";
import { ShownContext, useLoaded, useWords } from "../app-state.ts";
import { timeText } from "./figures.tsx";
import { ageText } from "./text.ts";

/** How old the data is that all pages show: when the last import ended. Asked again with each page. */
export function DataAge({ path }: { path: string }) {
  const word = useWords();
  const { language } = useContext(ShownContext);
  const loaded = useLoaded(`age ${path}`, () => api.overview(), true);
  if (loaded.state !== "there" || loaded.value.lastRun === null) return null;
  const { lastRun, generated_at_utc } = loaded.value;
  const at = generated_at_utc ?? lastRun.finished_at_utc ?? lastRun.started_at_utc;
  return (
    <span class="age" title={`${timeText(at)} UTC`}>
      {word("dataOf")} {ageText(at, language)}
    </span>
  );
}
