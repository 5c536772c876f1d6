import { useEffect, useRef, useState } from "preact/hooks";
import { api, followJob, type JobEvent, type JobRequest } from "../api.ts";
import { useWords } from "../app-state.ts";
import { RunCounts } from "./run-counts.tsx";

/** Starts a sync, or a check of what workspaces lack, and shows what it says while it runs. */
export function JobForms({ lastSource, onEnd }: { lastSource: string; onEnd: () => void }) {
  const word = useWords();
  const [event, setEvent] = useState<JobEvent | undefined>(undefined);
  const [problem, setProblem] = useState("");
  const stop = useRef<(() => void) | undefined>(undefined);
  useEffect(() => () => stop.current?.(), []);
  const isRunning = event?.state === "running";
  const start = (request: JobRequest) => {
    setProblem("");
    setEvent(undefined);
    api.startJob(request).then(
      ({ id }) => {
        stop.current = followJob(id, (said) => {
          setEvent(said);
          if (said.state !== "running") onEnd();
        });
      },
      (error: Error) => setProblem(error.message || word("away")),
    );
  };
  const startSync = (submitted: Event) => {
    submitted.preventDefault();
    const form = new FormData(submitted.currentTarget as HTMLFormElement);
    start({
      job: "sync",
      source: String(form.get("source")),
      mode: form.get("mode") === "full" ? "full" : "incremental",
      dryRun: form.get("dryRun") === "on",
    });
  };
  const startCheck = (submitted: Event) => {
    submitted.preventDefault();
    const form = new FormData(submitted.currentTarget as HTMLFormElement);
    start({ job: "backfill-check", registry: String(form.get("registry")) });
  };
  return (
    <>
      <form class="filters" onSubmit={startSync}>
        <input
          name="source"
          required
          defaultValue={lastSource}
          placeholder={word("syncSource")}
          aria-label={word("syncSource")}
        />
        <select name="mode" aria-label={word("mode")}>
          <option value="incremental">{word("incremental")}</option>
          <option value="full">{word("full")}</option>
        </select>
        <label>
          <input type="checkbox" name="dryRun" /> {word("dryRun")}
        </label>
        <button type="submit" class="primary" disabled={isRunning}>
          {word("startSync")}
        </button>
      </form>
      <form class="filters" onSubmit={startCheck}>
        <input name="registry" required placeholder={word("registry")} aria-label={word("registry")} />
        <button type="submit" disabled={isRunning}>
          {word("startCheck")}
        </button>
      </form>
      {problem !== "" && (
        <p role="alert" class="notice">
          {problem}
        </p>
      )}
      <div role="status" class="job">
        {event !== undefined && <Said of={event} />}
      </div>
    </>
  );
}

function Said({ of: { state, text, done, total, counts, lacking } }: { of: JobEvent }) {
  const word = useWords();
  if (state === "failed") return <p class="notice">{text}</p>;
  if (state === "running") {
    return (
      <p>
        {text === "backfill-check" ? word("checking") : text.replaceAll("_", " ")}: {done}
        {total !== undefined && ` / ${total}`}{" "}
        {total !== undefined && <progress value={done} max={total} aria-label={word("checking")} />}
      </p>
    );
  }
  if (lacking !== undefined) {
    return (
      <>
        <p>
          {word("checked")}: {total}. {word("lacking")}: {lacking.length}.
        </p>
        <ul class="prose">
          {lacking.slice(0, 200).map(({ workspace, lacks }) => (
            <li key={workspace}>
              <code>{workspace}</code> {lacks.join(", ")}
            </li>
          ))}
        </ul>
      </>
    );
  }
  return (
    <>
      <p class={text === "done" ? undefined : "notice prose"}>
        {text === "done" ? `✓ ${word("statusDone")}` : text}
      </p>
      <RunCounts of={{ counts: counts ?? null }} />
    </>
  );
}
