import type { ComponentChildren } from "preact";
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
  return (
    <div class="notice" role="alert">
      <p>{of.error.status === 404 ? word("notFound") : of.error.message || word("away")}</p>
      <button type="button" onClick={of.retry}>
        {word("retry")}
      </button>
    </div>
  );
}
