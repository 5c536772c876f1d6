import type { ComponentChildren } from "preact";
import type { LibraryProblem } from "../api.ts";
import { type Loaded, useWords } from "../app-state.ts";

/** What is there, or what to do while it is not. */
export function Await<T>({ of, children }: { of: Loaded<T>; children: (value: T) => ComponentChildren }) {
  const word = useWords();
  if (of.state === "there") return <>{children(of.value)}</>;
  if (of.state === "loading")
    return (
      <p class="muted" role="status">
        {word("loading")}
      </p>
    );
  return <ProblemNotice of={of.error} retry={of.retry} />;
}

/** What went wrong, and what to do: the server is away, its store is damaged, the token is missing, or there is no such record. */
export function ProblemNotice({ of, retry }: { of: LibraryProblem; retry: () => void }) {
  const word = useWords();
  return (
    <div class="notice" role="alert">
      {of.status === 503 && <h2>{word("damaged")}</h2>}
      <p>
        {of.status === 404
          ? word("notFound")
          : of.status === 401
            ? word("tokenNeeded")
            : of.message || word("away")}
      </p>
      {of.status === 503 && <p>{word("damagedAdvice")}</p>}
      <button type="button" onClick={retry}>
        {word("retry")}
      </button>
    </div>
  );
}
