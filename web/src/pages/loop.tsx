import { useAddress } from "../address.ts";
import { api, type FileAnswer, type LoopAnswer } from "../api.ts";
import { useLoaded, useWords } from "../app-state.ts";
import { Facts } from "../parts/facts.tsx";
import { Figure, sizeText } from "../parts/figures.tsx";
import { MarksEditor } from "../parts/marks.tsx";
import { Await } from "../parts/state.tsx";

/** One loop: what was tried, what came of it, what was said of it, and its files. */
export function LoopPage() {
  const key = useAddress().query.get("key") ?? "";
  const loaded = useLoaded(key, () => api.loop(key));
  return <Await of={loaded}>{(answer) => <Loop {...answer} />}</Await>;
}

const text = (value: unknown): string => (value === null || value === undefined ? "" : String(value));

function Loop({ loop, record, factors, files, workspaces }: LoopAnswer) {
  const word = useWords();
  const task = text(loop.task_run_id);
  const decision = loop.decision === 1 ? word("accepted") : loop.decision === 0 ? word("rejected") : "";
  const images = files.filter(({ available, name }) => available && /\.(png|jpe?g)$/i.test(name));
  return (
    <>
      <h1>
        {word("loop")} {text(loop.loop_id)}
      </h1>
      <p>
        <a href={`/experiments/task?task=${encodeURIComponent(task)}`}>{task}</a>
      </p>
      <MarksEditor kind="loops" of={loop.mark_key} marks={loop.marks} />
      <Facts
        of={[
          ["action", text(loop.action)],
          ["status", text(loop.status)],
          ["decision", decision],
          [
            "materialised",
            [text(loop.materialization_status), text(loop.materialization_error)].filter(Boolean).join(": "),
          ],
          ["sharpe", <Figure key="sharpe" value={loop.sharpe} digits={2} />],
          ["ic", <Figure key="ic" value={loop.ic} digits={4} />],
          ["icir", <Figure key="icir" value={loop.ic_ir} digits={3} />],
          ["annual", <Figure key="annual" value={loop.annualized_return} digits={1} percent />],
          ["drawdown", <Figure key="drawdown" value={loop.max_drawdown} digits={1} percent />],
          ["strategies", text(loop.strategy_id)],
          ["factors", factors.map((name) => <FactorLink key={name} name={name} />)],
        ]}
      />
      <Feedback heading="execution" of={loop.summary_execution} />
      <Feedback heading="feedback" of={loop.summary_value_feedback} />
      <Feedback heading="shape" of={loop.summary_shape_feedback} />
      {images.map(({ id, name }) => (
        <figure key={id}>
          <img src={api.file(id)} alt={name} loading="lazy" />
          <figcaption>{name}</figcaption>
        </figure>
      ))}
      {files.length > 0 && <Files of={files} />}
      {workspaces.length > 1 && (
        <>
          <h2>{word("workspaces")}</h2>
          <ul>
            {workspaces.map((one) => (
              <li key={text(one.workspace_id)}>
                {text(one.workspace_id)} {one.is_best === 1 && "★"}
              </li>
            ))}
          </ul>
        </>
      )}
      <details>
        <summary>{word("record")}</summary>
        <pre>{JSON.stringify(record, null, 2)}</pre>
      </details>
    </>
  );
}

/** A loop names its factors; the list shows the record, or records, of that name. */
function FactorLink({ name }: { name: string }) {
  return (
    <>
      <a href={`/factors?${new URLSearchParams({ "where.name": `'${name}'` })}`}>{name}</a>{" "}
    </>
  );
}

function Feedback({ heading, of }: { heading: "execution" | "feedback" | "shape"; of: unknown }) {
  const word = useWords();
  if (typeof of !== "string" || of === "") return null;
  return (
    <>
      <h2>{word(heading)}</h2>
      <p class="prose">{of}</p>
    </>
  );
}

function Files({ of }: { of: readonly FileAnswer[] }) {
  const word = useWords();
  return (
    <>
      <h2>{word("files")}</h2>
      <div class="scroll">
        <table>
          <thead>
            <tr>
              <th scope="col">{word("name")}</th>
              <th scope="col">{word("type")}</th>
              <th scope="col" class="number">
                {word("size")}
              </th>
              <th scope="col">SHA-256</th>
            </tr>
          </thead>
          <tbody>
            {of.map(({ id, name, kind, size, sha256, available }) => (
              <tr key={id}>
                <td>
                  {available ? (
                    <a href={api.file(id)} target="_blank" rel="noreferrer">
                      {name}
                    </a>
                  ) : (
                    `${name} (${word("unavailable")})`
                  )}
                </td>
                <td>{kind}</td>
                <td class="number">{sizeText(size)}</td>
                <td>
                  <code>{sha256?.slice(0, 16)}</code>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}
