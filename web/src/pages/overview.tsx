import { useContext } from "preact/hooks";
import { api, type OverviewAnswer } from "../api.ts";
import { ShownContext, useLoaded, useWords } from "../app-state.ts";
import { timeText } from "../parts/figures.tsx";
import { Await } from "../parts/state.tsx";
import type { Word } from "../words.ts";

/** What is in the store, how old it is, and what someone should look at. */
export function OverviewPage() {
  const word = useWords();
  const loaded = useLoaded("overview", api.overview);
  return (
    <>
      <h1>{word("overview")}</h1>
      <Await of={loaded}>{(answer) => <Overview {...answer} />}</Await>
    </>
  );
}

const CARDS: readonly (readonly [count: string, word: Word, to: string])[] = [
  ["factors", "factors", "/factors"],
  ["strategies", "strategies", "/strategies"],
  ["loops", "loops", "/loops"],
  ["models", "models", "/models"],
  ["alpha_factors", "alpha", "/alpha"],
];

function Overview({ counts, lastRun, attention, store }: OverviewAnswer) {
  const word = useWords();
  const { language } = useContext(ShownContext);
  return (
    <>
      <div class="cards">
        {CARDS.map(([count, name, to]) => (
          <a class="card" href={to} key={count}>
            <strong>{(counts[count] ?? 0).toLocaleString(language)}</strong> {word(name)}
          </a>
        ))}
      </div>
      <h2>{word("lastSync")}</h2>
      {lastRun === null ? (
        <p>
          {word("never")}. {word("emptyStore")} <a href="/sync">{word("sync")}</a>
        </p>
      ) : (
        <p>
          {timeText(lastRun.started_at_utc)} UTC ({ageText(lastRun.started_at_utc, language)}) ·{" "}
          {lastRun.state} · {lastRun.source} {lastRun.problem} <a href="/sync">{word("history")}</a>
        </p>
      )}
      <h2>{word("attention")}</h2>
      {attention.length === 0 && <p>{word("attentionNone")}</p>}
      <ul>
        {attention.map(({ code, kind, count, query }) => (
          <li key={code}>
            <a href={`/${kind}?${query}`}>
              {count.toLocaleString(language)} {word(code)}
            </a>
          </li>
        ))}
      </ul>
      <p class="muted">{store}</p>
    </>
  );
}

/** How long ago, in the largest unit that fits. */
function ageText(utc: string, language: string): string {
  const minutes = (Date.parse(utc) - Date.now()) / 60_000;
  const format = new Intl.RelativeTimeFormat(language === "zh" ? "zh-CN" : "en", { numeric: "auto" });
  if (Math.abs(minutes) < 60) return format.format(Math.round(minutes), "minute");
  if (Math.abs(minutes) < 48 * 60) return format.format(Math.round(minutes / 60), "hour");
  return format.format(Math.round(minutes / (24 * 60)), "day");
}
