import { useWords } from "../app-state.ts";
import type { Word } from "../words.ts";

/** A part of a record that is a document of its own, laid out; nothing where the record lacks it. */
export function JsonBlock({ heading, of }: { heading: Word; of: unknown }) {
  const word = useWords();
  const isEmpty =
    of === null || of === undefined || of === "" || (typeof of === "object" && Object.keys(of).length === 0);
  if (isEmpty) return null;
  return (
    <details open>
      <summary>{word(heading)}</summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by the keyboard */}
      <pre tabIndex={0}>{typeof of === "string" ? of : JSON.stringify(of, null, 2)}</pre>
    </details>
  );
}

/** The record as it came: no field is hidden. */
export function WholeRecord({ of }: { of: unknown }) {
  const word = useWords();
  const body = JSON.stringify(of, null, 2);
  return (
    <details>
      <summary>{word("record")}</summary>
      <p>
        <a download="record.json" href={`data:application/json;charset=utf-8,${encodeURIComponent(body)}`}>
          {word("download")}
        </a>
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by the keyboard */}
      <pre tabIndex={0}>{body}</pre>
    </details>
  );
}
