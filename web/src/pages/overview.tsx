import { useContext } from "preact/hooks";
import { api, type OverviewAnswer, type RunAnswer } from "../api.ts";
import { ShownContext, useLoaded, useWords } from "../app-state.ts";
import { Badge } from "../parts/badge.tsx";
import { timeText } from "../parts/figures.tsx";
import { RunCounts } from "../parts/run-counts.tsx";
import { Await } from "../parts/state.tsx";
import { ageText } from "../parts/text.ts";
import type { Word } from "../words.ts";

/** What is in the store, how old it is, and what someone should look at. */
export function OverviewPage() {
  const word = useWords();
  const loaded = useLoaded("overview", () => api.overview());
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

function Overview({ counts, lastRun, attention, store, version, snapshot }: OverviewAnswer) {
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
      <h2>{word("attention")}</h2>
      {attention.length === 0 ? (
        <p>✓ {word("attentionNone")}</p>
      ) : (
        <ul class="attention">
          {attention.map(({ code, kind, count, query }) => (
            <li key={code}>
              <a href={`/${kind}?${query}`}>
                <strong>{count.toLocaleString(language)}</strong> {word(code)}
              </a>
            </li>
          ))}
        </ul>
      )}
      <h2>{word("lastSync")}</h2>
      {lastRun === null ? (
        <p>
          {word("never")}. {word("emptyStore")} <a href="/sync">{word("sync")} →</a>
        </p>
      ) : (
        <LastSync of={lastRun} />
      )}
      <p class="muted">
        {word("store")} {store} · {word("version")} {version} ·{" "}
        {word(snapshot ? "withSnapshot" : "withoutSnapshot")}
      </p>
    </>
  );
}

function LastSync({ of }: { of: RunAnswer }) {
  const word = useWords();
  const { language } = useContext(ShownContext);
  return (
    <>
      <p>
        <Badge state={of.state} /> {timeText(of.started_at_utc)} UTC ({ageText(of.started_at_utc, language)}){" "}
        <span class="muted path">{of.source}</span> <a href="/sync">{word("history")} →</a>
      </p>
      {of.problem && <p class="notice prose">{of.problem}</p>}
      <RunCounts of={of} />
    </>
  );
}
