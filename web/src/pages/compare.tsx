import { useContext } from "preact/hooks";
import { go, useAddress } from "../address.ts";
import { addresses, api, type Row } from "../api.ts";
import { ShownContext, useLoaded, useWords } from "../app-state.ts";
import { Chart } from "../parts/chart.tsx";
import { type Chosen, chosen, compareAddress, keepChosen } from "../parts/chosen.ts";
import { SideBySide } from "../parts/side-by-side.tsx";
import { Await } from "../parts/state.tsx";

interface Compared {
  readonly row: Row;
  readonly hasReturns: boolean;
  /** Captions of a factor's charts, in both languages. */
  readonly charts: readonly { readonly at: number; readonly en: string; readonly zh: string }[];
}

/** Two to four factors or loops side by side; the address says which, so that a comparison can be sent. */
export function ComparePage() {
  const word = useWords();
  const { query } = useAddress();
  const asked = query.getAll("key");
  const selection: Chosen =
    asked.length > 0 ? { kind: query.get("kind") === "loops" ? "loops" : "factors", keys: asked } : chosen();
  const { kind, keys } = selection;
  const loaded = useLoaded(JSON.stringify(selection), () =>
    Promise.all(keys.map((key) => (kind === "factors" ? factorOf(key) : loopOf(key)))),
  );
  const leaveOut = (key: string) => {
    const rest = { kind, keys: keys.filter((one) => one !== key) };
    keepChosen(rest);
    go(compareAddress(rest));
  };
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
          {(all) => (
            <>
              {kind === "loops" ? <LoopCharts of={all} keys={keys} /> : <FactorCharts of={all} />}
              <SideBySide rows={all.map(({ row }) => row)} onLeaveOut={leaveOut} />
            </>
          )}
        </Await>
      )}
    </>
  );
}

async function factorOf(key: string): Promise<Compared> {
  const { factor, check } = await api.factor(key);
  return { row: factor, hasReturns: false, charts: check?.charts ?? [] };
}

async function loopOf(key: string): Promise<Compared> {
  const { loop, hasReturns } = await api.loop(key);
  return { row: loop, hasReturns, charts: [] };
}

/** Figures as bars, and the curves of those whose return files are here in one chart. */
function LoopCharts({ of, keys }: { of: readonly Compared[]; keys: readonly string[] }) {
  const word = useWords();
  const withReturns = of.filter(({ hasReturns }) => hasReturns).map(({ row }) => row.mark_key);
  return (
    <div class="charts">
      <Chart
        caption={word("metrics")}
        address={(theme, language) => addresses.loopChart("comparison", keys, theme, language)}
      />
      {withReturns.length > 0 &&
        (["equity", "drawdown"] as const).map((chart) => (
          <Chart
            key={chart}
            caption={word(chart === "drawdown" ? "drawdownCurve" : chart)}
            address={(theme, language) => addresses.loopChart(chart, withReturns, theme, language)}
          />
        ))}
    </div>
  );
}

/** The charts of factors' checks, the same chart of each beside the other. */
function FactorCharts({ of }: { of: readonly Compared[] }) {
  const { language } = useContext(ShownContext);
  const shared = of[0]!.charts.filter(({ en }) =>
    of.every(({ charts }) => charts.some((one) => one.en === en)),
  );
  return (
    <div class="charts">
      {shared.slice(0, 4).map(({ en }) =>
        of.map(({ row, charts }) => {
          const { at, zh } = charts.find((one) => one.en === en)!;
          return (
            <Chart
              key={`${en} ${row.mark_key}`}
              caption={`${String(row.name)}: ${language === "zh" ? zh : en}`}
              wide={false}
              address={(theme) => addresses.factorChart(row.mark_key, at, theme)}
            />
          );
        }),
      )}
    </div>
  );
}
