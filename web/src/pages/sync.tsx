import { useState } from "preact/hooks";
import { addresses, api, type RunAnswer } from "../api.ts";
import { useLoaded, useWords } from "../app-state.ts";
import { Badge } from "../parts/badge.tsx";
import { timeText } from "../parts/figures.tsx";
import { JobForms } from "../parts/job-forms.tsx";
import { RunCounts } from "../parts/run-counts.tsx";
import { Scroll } from "../parts/scroll.tsx";
import { Await } from "../parts/state.tsx";

/** Starts a sync or a check, and shows the imports that were. */
export function SyncPage() {
  const word = useWords();
  const [ended, setEnded] = useState(0);
  const loaded = useLoaded(`runs ${ended}`, () => api.runs(), true);
  return (
    <>
      <h1>{word("sync")}</h1>
      <Await of={loaded}>
        {(runs) => <JobForms lastSource={runs[0]?.source ?? ""} onEnd={() => setEnded((n) => n + 1)} />}
      </Await>
      <h2>{word("history")}</h2>
      <Await of={loaded}>{(runs) => <Runs of={runs} />}</Await>
      <h2>{word("marks")}</h2>
      <MarksFile />
    </>
  );
}

function Runs({ of }: { of: readonly RunAnswer[] }) {
  const word = useWords();
  if (of.length === 0) return <p>{word("never")}</p>;
  return (
    <div class="runs">
      {of.map((run) => (
        <Run key={run.run_id} of={run} />
      ))}
    </div>
  );
}

function Run({ of }: { of: RunAnswer }) {
  const word = useWords();
  const [isOpen, setIsOpen] = useState(false);
  return (
    <details onToggle={(event) => setIsOpen(event.currentTarget.open)}>
      <summary>
        {timeText(of.started_at_utc)} UTC <Badge state={of.state} /> {word(modeWord(of.mode))}{" "}
        <span class="muted path">{of.source}</span>
      </summary>
      {of.problem && <p class="notice prose">{of.problem}</p>}
      <RunCounts of={of} />
      {isOpen && <RunRecords id={of.run_id} />}
    </details>
  );
}

const modeWord = (mode: string) => (mode === "full" ? "full" : "incremental");

/** What became of each record that was not the same as before. */
function RunRecords({ id }: { id: string }) {
  const word = useWords();
  const loaded = useLoaded(id, () => api.runRecords(id));
  return (
    <Await of={loaded}>
      {(records) =>
        records.length > 0 && (
          <Scroll label={word("history")} class="records">
            <table>
              <thead>
                <tr>
                  <th scope="col">{word("status")}</th>
                  <th scope="col">{word("kind")}</th>
                  <th scope="col">{word("record1")}</th>
                  <th scope="col">{word("why")}</th>
                </tr>
              </thead>
              <tbody>
                {records.map(({ kind, record_key, status, reason }) => (
                  <tr key={`${kind} ${record_key}`}>
                    <td>{status}</td>
                    <td>{kind}</td>
                    <td class="wrap">{record_key}</td>
                    <td class="wrap">{reason ?? "–"}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </Scroll>
        )
      }
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
      <a class="button" href={addresses.marks} download="marks.json">
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
