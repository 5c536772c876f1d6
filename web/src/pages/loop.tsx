import { useAddress } from "../address.ts";
import { addresses, api, type LoopAnswer } from "../api.ts";
import { useLoaded, useWords } from "../app-state.ts";
import { Badge, decisionState } from "../parts/badge.tsx";
import { Chart } from "../parts/chart.tsx";
import { Crumbs } from "../parts/crumbs.tsx";
import { Facts } from "../parts/facts.tsx";
import { Figure } from "../parts/figures.tsx";
import { LoopMetrics } from "../parts/loop-metrics.tsx";
import { MarksEditor } from "../parts/marks.tsx";
import { WholeRecord } from "../parts/record-text.tsx";
import { Await } from "../parts/state.tsx";
import { text } from "../parts/text.ts";
import { Workspaces } from "../parts/workspaces.tsx";
import { factorsNamed, recordAddress, taskAddress } from "../routes.ts";
import type { Word } from "../words.ts";

/** One loop: what was tried, what came of it, what was said of it, and its files. */
export function LoopPage() {
  const key = useAddress().query.get("key") ?? "";
  const loaded = useLoaded(key, () => api.loop(key));
  return (
    <>
      <Crumbs kind="loops" />
      <Await of={loaded}>{(answer) => <Loop {...answer} />}</Await>
    </>
  );
}

function Loop({ loop, record, factors, workspaces, hasReturns, ...feedback }: LoopAnswer) {
  const word = useWords();
  const task = text(loop.task_run_id);
  const key = loop.mark_key;
  return (
    <>
      <h1>
        {word("loop")} {text(loop.loop_id)} <Badge state={decisionState(loop.decision)} />
      </h1>
      <p>
        {word("task")} <a href={taskAddress(task)}>{task}</a>
      </p>
      <MarksEditor kind="loops" of={key} marks={loop.marks} />
      <Prose heading="hypothesis" of={feedback.hypothesis} />
      <div class="columns">
        <Facts
          of={[
            ["sharpe", <Figure key="sharpe" value={loop.sharpe} digits={2} />],
            ["annual", <Figure key="annual" value={loop.annualized_return} digits={1} percent />],
            ["drawdown", <Figure key="drawdown" value={loop.max_drawdown} digits={1} percent />],
            ["ic", <Figure key="ic" value={loop.ic} digits={4} />],
            ["icir", <Figure key="icir" value={loop.ic_ir} digits={2} />],
            ["winRate", <Figure key="winRate" value={loop.win_rate} digits={1} percent />],
          ]}
        />
        <Facts
          of={[
            ["action", text(loop.action)],
            ["status", <Badge key="status" state={loop.status} />],
            [
              "materialised",
              loop.materialization_status !== null && (
                <>
                  <Badge state={loop.materialization_status} /> {text(loop.materialization_error)}
                </>
              ),
            ],
            ["strategy", text(loop.strategy_id) && <StrategyLink id={text(loop.strategy_id)} />],
            ["factors", factors.length > 0 && factors.map((name) => <FactorLink key={name} name={name} />)],
          ]}
        />
      </div>
      {hasReturns && (
        <div class="charts">
          <Chart
            caption={word("equity")}
            address={(theme, language) => addresses.loopChart("equity", [key], theme, language)}
          />
          <Chart
            caption={word("drawdownCurve")}
            address={(theme, language) => addresses.loopChart("drawdown", [key], theme, language)}
          />
        </div>
      )}
      <Prose heading="execution" of={text(loop.summary_execution)} />
      <Prose heading="feedback" of={text(loop.summary_value_feedback)} />
      <Prose heading="shape" of={text(loop.summary_shape_feedback)} />
      <Points heading="limitations" of={feedback.limitations} />
      <Points heading="codeCritic" of={feedback.codeCritic} />
      <Images of={workspaces} />
      <LoopMetrics of={loop.metrics} />
      <Workspaces of={workspaces} />
      <WholeRecord of={record} />
    </>
  );
}

/** A loop names its factors; the list shows the record, or records, of that name. */
const FactorLink = ({ name }: { name: string }) => (
  <>
    <a href={factorsNamed(name)}>{name}</a>{" "}
  </>
);

const StrategyLink = ({ id }: { id: string }) => (
  <a href={recordAddress("strategies", JSON.stringify([id]))}>{id}</a>
);

function Prose({ heading, of }: { heading: Word; of: string | null }) {
  const word = useWords();
  if (of === null || of === "") return null;
  return (
    <>
      <h2>{word(heading)}</h2>
      <p class="prose">{of}</p>
    </>
  );
}

function Points({ heading, of }: { heading: Word; of: readonly string[] }) {
  const word = useWords();
  if (of.length === 0) return null;
  return (
    <>
      <h2>{word(heading)}</h2>
      <ul class="prose">
        {of.map((point) => (
          <li key={point}>{point}</li>
        ))}
      </ul>
    </>
  );
}

function Images({ of }: { of: LoopAnswer["workspaces"] }) {
  const images = of
    .flatMap(({ artifacts }) => artifacts.flatMap(({ files }) => files))
    .filter(({ available, name }) => available && /\.(png|jpe?g)$/i.test(name));
  return (
    <>
      {images.map(({ id, name }) => (
        <figure key={id}>
          <figcaption>{name}</figcaption>
          <img src={addresses.file(id)} alt={name} loading="lazy" />
        </figure>
      ))}
    </>
  );
}
