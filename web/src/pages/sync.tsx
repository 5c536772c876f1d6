import { useEffect, useRef, useState } from "preact/hooks";
import { api, type JobEvent, type RunAnswer } from "../api.ts";
import { useLoaded, useWords } from "../app-state.ts";
import { timeText } from "../parts/figures.tsx";
import { Await } from "../parts/state.tsx";

/** Starts a sync and shows those that were. */
export function SyncPage() {
  const word = useWords();
  const [ended, setEnded] = useState(0);
  const loaded = useLoaded(`runs ${ended}`, api.runs);
  return (
    <>
      <h1>{word("sync")}</h1>
      <StartForm onEnd={() => setEnded((n) => n + 1)} />
      <h2>{word("history")}</h2>
      <Await of={loaded}>{(runs) => <Runs of={runs} />}</Await>
      <h2>{word("marks")}</h2>
      <MarksFile />
    </>
  );
}

function StartForm({ onEnd }: { onEnd: () => void }) {
  const word = useWords();
  const [events, setEvents] = useState<readonly JobEvent[]>([]);
  const [problem, setProblem] = useState("");
  const stop = useRef<(() => void) | undefined>(undefined);
  useEffect(() => () => stop.current?.(), []);
  const isRunning = events.at(-1)?.state === "running";
  const start = (event: Event) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    setProblem("");
    setEvents([]);
    api.startSync(String(form.get("source")), String(form.get("mode")), form.get("dryRun") === "on").then(
      ({ id }) => {
        stop.current = api.follow(id, (said) => {
          setEvents((all) => [...all.slice(-30), said]);
          if (said.state !== "running") onEnd();
        });
      },
      (error: Error) => setProblem(error.message || word("away")),
    );
  };
  return (
    <>
      <form class="filters" onSubmit={start}>
        <input name="source" required placeholder={word("syncSource")} aria-label={word("syncSource")} />
        <select name="mode" aria-label={word("mode")}>
          <option value="incremental">{word("incremental")}</option>
          <option value="full">{word("full")}</option>
        </select>
        <label>
          <input type="checkbox" name="dryRun" /> {word("dryRun")}
        </label>
        <button type="submit" disabled={isRunning}>
          {word("start")}
        </button>
      </form>
      {problem !== "" && (
        <p role="alert" class="notice">
          {problem}
        </p>
      )}
      {events.length > 0 && (
        <pre role="log" aria-live="polite">
          {events.map(({ state, text }) => `${state}: ${text}`).join("\n")}
        </pre>
      )}
    </>
  );
}

const COUNTS = ["new", "changed", "same", "gone", "skipped", "refused"] as const;

function Runs({ of }: { of: readonly RunAnswer[] }) {
  const word = useWords();
  const [shown, setShown] = useState<string | undefined>(undefined);
  if (of.length === 0) return <p>{word("never")}</p>;
  return (
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th scope="col">{word("started")}</th>
            <th scope="col">{word("source")}</th>
            <th scope="col">{word("mode")}</th>
            <th scope="col">{word("status")}</th>
            <th scope="col">{word("counts")}</th>
            <th scope="col">{word("why")}</th>
          </tr>
        </thead>
        <tbody>
          {of.map((run) => (
            <tr key={run.run_id}>
              <td>
                <button
                  type="button"
                  aria-expanded={shown === run.run_id}
                  onClick={() => setShown(shown === run.run_id ? undefined : run.run_id)}
                >
                  {timeText(run.started_at_utc)}
                </button>
              </td>
              <td class="wrap">{run.source}</td>
              <td>{run.mode}</td>
              <td>{run.state}</td>
              <td>
                {Object.entries(run.counts ?? {}).map(([kind, counts]) => (
                  <div key={kind}>
                    {kind}: {COUNTS.map((name) => counts[name] ?? 0).join(" / ")}
                  </div>
                ))}
              </td>
              <td class="wrap">{run.problem}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {shown !== undefined && <RunRecords id={shown} />}
    </div>
  );
}

function RunRecords({ id }: { id: string }) {
  const loaded = useLoaded(id, () => api.runRecords(id));
  return (
    <Await of={loaded}>
      {(records) => (
        <ul class="prose">
          {records.map(({ kind, record_key, status, reason }) => (
            <li key={`${kind} ${record_key}`}>
              {status} · {kind} {record_key} {reason}
            </li>
          ))}
        </ul>
      )}
    </Await>
  );
}

function MarksFile() {
  const word = useWords();
  const [said, setSaid] = useState("");
  const bring = async (file: File | undefined) => {
    if (file === undefined) return;
    try {
      const { imported } = await api.importMarks(JSON.parse(await file.text()));
      setSaid(`${word("saved")}: ${imported}`);
    } catch (error) {
      setSaid(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <p class="filters">
      <a href="/api/v1/marks" download="marks.json">
        {word("exportMarks")}
      </a>
      <label>
        {word("importMarks")}{" "}
        <input
          type="file"
          accept="application/json"
          onChange={(event) => void bring(event.currentTarget.files?.[0])}
        />
      </label>
      <span role="status">{said}</span>
    </p>
  );
}
