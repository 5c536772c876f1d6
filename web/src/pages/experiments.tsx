import { useContext } from "preact/hooks";
import { useAddress } from "../address.ts";
import { api, type Row } from "../api.ts";
import { ShownContext, useLoaded, useWords } from "../app-state.ts";
import { Figure, timeText } from "../parts/figures.tsx";
import { Await } from "../parts/state.tsx";
import { loopAddress } from "./record-lists.tsx";

const taskAddress = (task: string): string => `/experiments/task?task=${encodeURIComponent(task)}`;

/** The task runs, the latest first. */
export function ExperimentsPage() {
  const word = useWords();
  const loaded = useLoaded("tasks", api.tasks);
  return (
    <>
      <h1>{word("experiments")}</h1>
      <Await of={loaded}>
        {(tasks) => (
          <div class="scroll">
            <table>
              <thead>
                <tr>
                  <th scope="col">{word("task")}</th>
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
                {tasks.map((task) => (
                  <tr key={task.task_run_id}>
                    <td>
                      <a href={taskAddress(task.task_run_id)}>{task.task_run_id}</a>
                    </td>
                    <td>{task.status}</td>
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
            {tasks.length === 0 && <p>{word("emptyStore")}</p>}
          </div>
        )}
      </Await>
    </>
  );
}

const MOST_LOOPS = 500;

/** One task run: its loops in order, with the best so far. */
export function TaskPage() {
  const word = useWords();
  const { theme } = useContext(ShownContext);
  const task = useAddress().query.get("task") ?? "";
  const query = new URLSearchParams({
    "where.task_run_id": `'${task}'`,
    sort: "loop_id",
    limit: String(MOST_LOOPS),
  });
  const loaded = useLoaded(task, () => api.list("loops", query));
  return (
    <>
      <h1>{task}</h1>
      <Await of={loaded}>
        {({ rows }) => (
          <>
            {rows.some(({ sharpe }) => typeof sharpe === "number") && (
              <figure>
                <figcaption>{word("timeline")}</figcaption>
                <img src={api.timeline(task, theme)} alt={word("timeline")} />
              </figure>
            )}
            <ol class="timeline">
              {rows.map((row) => (
                <LoopLine key={row.mark_key} row={row} />
              ))}
            </ol>
          </>
        )}
      </Await>
    </>
  );
}

function LoopLine({ row }: { row: Row }) {
  const word = useWords();
  const decision =
    row.decision === 1 ? `✓ ${word("accepted")}` : row.decision === 0 ? `✗ ${word("rejected")}` : "";
  return (
    <li>
      <a href={loopAddress(row.mark_key)}>
        {word("loop")} {String(row.loop_id)}
      </a>{" "}
      <span class="muted">{String(row.action ?? "")}</span> {decision} · {word("sharpe")}{" "}
      <Figure value={row.sharpe} digits={2} /> · IC <Figure value={row.ic} digits={4} />
    </li>
  );
}
