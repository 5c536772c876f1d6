import type { RecordKind } from "../api.ts";
import { useWords } from "../app-state.ts";

/** The way back to the list that a record is of. */
export function Crumbs({ kind }: { kind: RecordKind | "experiments" }) {
  const word = useWords();
  return (
    <p class="crumbs">
      <a href={`/${kind}`}>← {word(kind)}</a>
    </p>
  );
}
