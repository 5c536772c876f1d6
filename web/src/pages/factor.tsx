import { useContext } from "preact/hooks";
import { useAddress } from "../address.ts";
import {
  addresses,
  api,
  type Combination,
  type ExpressionAnswer,
  type FactorAnswer,
  type FactorCheckAnswer,
  type FactorSourceAnswer,
} from "../api.ts";
import { ShownContext, useLoaded, useWords } from "../app-state.ts";
import { Badge } from "../parts/badge.tsx";
import { Chart } from "../parts/chart.tsx";
import { Crumbs } from "../parts/crumbs.tsx";
import { Expression } from "../parts/expression.tsx";
import { Facts } from "../parts/facts.tsx";
import { Figure, timeText } from "../parts/figures.tsx";
import { LastValues } from "../parts/last-values.tsx";
import { LoopTable } from "../parts/loop-table.tsx";
import { MarksEditor } from "../parts/marks.tsx";
import { MetricsTable } from "../parts/metrics-table.tsx";
import { WholeRecord } from "../parts/record-text.tsx";
import { Await } from "../parts/state.tsx";
import { listText, text } from "../parts/text.ts";
import { factorsNamed, recordAddress } from "../routes.ts";

/** One factor: what it is, what it is worth, where it came from. */
export function FactorPage() {
  const key = useAddress().query.get("key") ?? "";
  const loaded = useLoaded(key, () => api.factor(key));
  return (
    <>
      <Crumbs kind="factors" />
      <Await of={loaded}>{(answer) => <Factor {...answer} />}</Await>
    </>
  );
}

function Factor(answer: FactorAnswer) {
  const { factor, record, metrics, loops, strategies, combinations, expression, check, source } = answer;
  const word = useWords();
  const formula = text(factor.expression) || text(factor.formula_hint);
  const pointer = [factor.impl_module, factor.impl_func].map(text).filter(Boolean).join(".");
  const isExplained = expression !== null && !("problem" in expression);
  return (
    <>
      <h1>{text(factor.name)}</h1>
      {text(factor.description_cn) !== "" && <p class="lead">{text(factor.description_cn)}</p>}
      {factor.gone_at_utc !== null && <p class="notice">{word("gone")}</p>}
      {formula !== "" && (
        <p class="formula">
          <Expression text={formula} />
        </p>
      )}
      <MarksEditor kind="factors" of={factor.mark_key} marks={factor.marks} />
      <div class="columns">
        <Facts
          of={[
            ["source", text(factor.source)],
            ["tags", listText(factor.tags)],
            ["frequency", text(factor.freq)],
            ["alignment", text(factor.align)],
            ["nanPolicy", text(factor.nan_policy)],
            ["inputs", text(factor.variables)],
            ["experiment", text(factor.experiment_id)],
            ["created", factor.created_at_utc ? timeText(text(factor.created_at_utc)) : ""],
          ]}
        />
        <Facts
          of={[
            ["ic", <Figure key="ic" value={factor.ic} digits={4} />],
            ["icir", <Figure key="icir" value={factor.ic_ir} digits={2} />],
            ["coverage", <Figure key="coverage" value={factor.coverage} digits={1} percent />],
            ["sharpe", <Figure key="sharpe" value={factor.best_sharpe} digits={2} />],
            ["annual", <Figure key="annual" value={factor.best_annualized_return} digits={1} percent />],
            ["implementation", pointer && <code>{pointer}</code>],
            [
              "version",
              (text(factor.impl_version) || text(factor.impl_state)) && (
                <>
                  {text(factor.impl_version)} <Badge state={factor.impl_state} />
                </>
              ),
            ],
            ["verdict", check && <Badge state={check.status} />],
          ]}
        />
        {isExplained && <Explained of={expression} />}
      </div>
      {expression !== null && "problem" in expression && (
        <details>
          <summary>{word("notQlib")}</summary>
          <pre>{expression.problem}</pre>
        </details>
      )}
      <MetricsTable of={metrics} />
      {check !== null && <Check of={check} factor={factor.mark_key} />}
      <LastValues of={factor.mark_key} />
      <LoopTable heading="lineage" loops={loops} />
      {strategies.length > 0 && (
        <>
          <h2>{word("strategies")}</h2>
          <ul>
            {strategies.map((row) => (
              <li key={row.mark_key}>
                <a href={recordAddress("strategies", row.mark_key)}>{text(row.strategy_id)}</a>{" "}
                <span class="muted">{listText(row.template_files)}</span>
              </li>
            ))}
          </ul>
        </>
      )}
      {combinations.length > 0 && <Combinations of={combinations} name={text(factor.name)} />}
      {source !== null && <Source of={source} />}
      <WholeRecord of={record} />
    </>
  );
}

function Explained({ of }: { of: ExpressionAnswer }) {
  const word = useWords();
  const bars = (count: number | null) => (count === null ? word("whole") : String(count));
  return (
    <div>
      <Facts
        of={[
          ["reads", of.fields.map((field) => <code key={field}>{field} </code>)],
          ["lookBack", bars(of.lookBack)],
          [
            "lookAhead",
            of.lookAhead === 0 ? word("none") : <strong class="bad-text">✗ {bars(of.lookAhead)}</strong>,
          ],
        ]}
      />
      <details>
        <summary>{word("tree")}</summary>
        <pre>{of.tree}</pre>
      </details>
    </div>
  );
}

/** What our own checks say, and its charts. */
function Check({ of, factor }: { of: FactorCheckAnswer; factor: string }) {
  const word = useWords();
  const { language } = useContext(ShownContext);
  return (
    <>
      <h2>{word("ownChecks")}</h2>
      <p>
        <Badge state={of.status} /> <Badge state={of.lookAhead} />{" "}
        <span class="muted">{timeText(of.checked_at_utc)} UTC</span>
      </p>
      <ul>
        {of.findings.map(({ code, sentence, sentenceZh, severity }) => (
          <li key={code}>
            <code>{code}</code> ({severity}): {language === "zh" ? sentenceZh : sentence}
          </li>
        ))}
      </ul>
      <div class="charts">
        {of.charts.map(({ at, en, zh, wide }) => (
          <Chart
            key={at}
            caption={language === "zh" ? zh : en}
            wide={wide}
            address={(theme) => addresses.factorChart(factor, at, theme)}
          />
        ))}
      </div>
    </>
  );
}

/** What a factor was tried together with. */
function Combinations({ of, name }: { of: readonly Combination[]; name: string }) {
  const word = useWords();
  return (
    <>
      <h2>{word("combinations")}</h2>
      <ul>
        {of.map(({ factors, loop, sharpe }) => (
          <li key={loop}>
            <a href={recordAddress("loops", loop)}>
              {word("sharpe")} <Figure value={sharpe} digits={2} />
            </a>
            :{" "}
            {factors
              .filter((one) => one !== name)
              .map((one) => (
                <>
                  <a href={factorsNamed(one)}>{one}</a>{" "}
                </>
              ))}
          </li>
        ))}
      </ul>
    </>
  );
}

function Source({ of }: { of: FactorSourceAnswer }) {
  const word = useWords();
  return (
    <>
      <h2>{word("sourceText")}</h2>
      <p class="muted">
        {word(of.from === "package" ? "fromPackage" : "fromWorkspace")} {of.version} · {of.path}:{of.line}
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by the keyboard */}
      <pre class="source" tabIndex={0}>
        {of.text}
      </pre>
    </>
  );
}
