import { useAddress } from "../address.ts";
import { addresses, api, type Row, type TaskAnswer } from "../api.ts";
import { useLoaded, useWords } from "../app-state.ts";
import { Badge, decisionState } from "../parts/badge.tsx";
import { Chart } from "../parts/chart.tsx";
import { Crumbs } from "../parts/crumbs.tsx";
import { Figure, timeText } from "../parts/figures.tsx";
import { Scroll } from "../parts/scroll.tsx";
import { Await } from "../parts/state.tsx";
import { listText, text } from "../parts/text.ts";
import { recordAddress, taskAddress } from "../routes.ts";

/** The task runs, the latest first. */
export function ExperimentsPage() {
  const word = useWords();
  const loaded = useLoaded("tasks", () => api.tasks());
  return (
    <>
      <h1>{word("experiments")}</h1>
      <Await of={loaded}>
        {(tasks) => (tasks.length === 0 ? <p>{word("emptyStore")}</p> : <Tasks of={tasks} />)}
      </Await>
    </>
  );
}

function Tasks({ of }: { of: readonly TaskAnswer[] }) {
  const word = useWords();
  return (
    <Scroll label={word("experiments")}>
      <table>
        <thead>
          <tr>
            <th scope="col">{word("task")}</th>
            <th scope="col">{word("scenario")}</th>
            <th scope="col">{word("status")}</th>
            <th scope="col">{word("started")}</th>
            <th scope="col" class="number">
              {word("loops")}
            </th>
            <th scope="col" class="number">
              {word("withResult")}
            </th>
            <th scope="col" class="number">
              {word("best")}
            </th>
          </tr>
        </thead>
        <tbody>
          {of.map((task) => (
            <tr key={task.task_run_id}>
              <td>
                <a href={taskAddress(task.task_run_id)}>{task.task_run_id || "—"}</a>
              </td>
              <td>{task.scenario ?? "–"}</td>
              <td>
                <Badge state={task.status} />
              </td>
              <td>{timeText(task.created_at_utc)}</td>
              <td class="number">{task.loops}</td>
              <td class="number">{task.withResult}</td>
              <td class="number">
                <Figure value={task.bestSharpe} digits={2} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

const MOST_LOOPS = 500;

/** One task run: its loops in order, with the best so far. */
export function TaskPage() {
  const word = useWords();
  const task = useAddress().query.get("task") ?? "";
  const loaded = useLoaded(task, () =>
    api.list("loops", { "where.task_run_id": `'${task}'`, limit: String(MOST_LOOPS) }),
  );
  return (
    <>
      <Crumbs kind="experiments" />
      <h1>{task}</h1>
      <Await of={loaded}>
        {({ rows, total }) => (
          <>
            {rows.some(({ sharpe }) => typeof sharpe === "number") && (
              <Chart
                caption={word("timeline")}
                address={(theme, language) => addresses.timeline(task, theme, language)}
              />
            )}
            <Timeline of={rows} />
            {total > rows.length && (
              <p>
                <a href={`/loops?${new URLSearchParams({ "where.task_run_id": `'${task}'` })}`}>
                  {word("allLoops")} ({total})
                </a>
              </p>
            )}
          </>
        )}
      </Await>
    </>
  );
}

/** The loops in their order; one that is better than all before it is marked. */
function Timeline({ of }: { of: readonly Row[] }) {
  const word = useWords();
  if (of.length === 0) return <p>{word("notFound")}</p>;
  let best = Number.NEGATIVE_INFINITY;
  return (
    <ol class="timeline">
      {of.map((row) => {
        const sharpe = typeof row.sharpe === "number" ? row.sharpe : undefined;
        const isBest = sharpe !== undefined && sharpe > best;
        if (isBest) best = sharpe;
        return (
          <li key={row.mark_key} class={isBest ? "best" : undefined}>
            <a href={recordAddress("loops", row.mark_key)}>
              {word("loop")} {text(row.loop_id)}
            </a>
            <span class="muted">{text(row.action)}</span>
            <Badge state={decisionState(row.decision)} />
            <span>
              {word("sharpe")} <Figure value={row.sharpe} digits={2} />
              {isBest && <span class="best-mark"> ★ {word("bestSoFar")}</span>}
            </span>
            <span>
              IC <Figure value={row.ic} digits={4} />
            </span>
            <span class="muted names">{listText(row.factor_names)}</span>
          </li>
        );
      })}
    </ol>
  );
}
