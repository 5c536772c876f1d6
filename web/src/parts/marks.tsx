import { useState } from "preact/hooks";
import { api, type Marks, type RecordKind } from "../api.ts";
import { useWords } from "../app-state.ts";

/** A star that is set at once, and again taken back where the server refuses. */
export function Star({ kind, of, marks }: { kind: RecordKind; of: string; marks: Marks }) {
  const word = useWords();
  const [isSet, setIsSet] = useState(marks.favourite);
  const toggle = () => {
    setIsSet(!isSet);
    api.mark(kind, of, { favourite: !isSet }).catch(() => setIsSet(isSet));
  };
  return (
    <button
      type="button"
      class={isSet ? "star set" : "star"}
      aria-pressed={isSet}
      aria-label={word("favourite")}
      onClick={toggle}
    >
      {isSet ? "★" : "☆"}
    </button>
  );
}

/** All that the user notes of a record. */
export function MarksEditor({ kind, of, marks: given }: { kind: RecordKind; of: string; marks: Marks }) {
  const word = useWords();
  const [marks, setMarks] = useState(given);
  const [said, setSaid] = useState("");
  const [tag, setTag] = useState("");
  const save = (change: Partial<Marks>) => {
    api.mark(kind, of, change).then(
      (now) => {
        setMarks(now);
        setSaid(word("saved"));
      },
      (error: Error) => setSaid(error.message || word("away")),
    );
  };
  const add = (event: Event) => {
    event.preventDefault();
    if (tag.trim() !== "") save({ tags: [...marks.tags, tag.trim()] });
    setTag("");
  };
  return (
    <section class="marks" aria-label={word("marks")}>
      <label>
        <input
          type="checkbox"
          checked={marks.favourite}
          onChange={() => save({ favourite: !marks.favourite })}
        />
        {word("favourite")}
      </label>
      <label>
        <input
          type="checkbox"
          checked={marks.reviewed}
          onChange={() => save({ reviewed: !marks.reviewed })}
        />
        {word("reviewed")}
      </label>
      <form onSubmit={add}>
        {marks.tags.map((one) => (
          <button
            type="button"
            class="tag"
            key={one}
            aria-label={`${word("clear")}: ${one}`}
            onClick={() => save({ tags: marks.tags.filter((other) => other !== one) })}
          >
            {one} <span aria-hidden="true">✕</span>
          </button>
        ))}
        <input
          value={tag}
          maxLength={100}
          placeholder={word("addTag")}
          aria-label={word("addTag")}
          onInput={(event) => setTag(event.currentTarget.value)}
        />
      </form>
      <label class="note">
        {word("note")}
        <textarea
          rows={2}
          value={marks.note}
          maxLength={20000}
          onChange={(event) => save({ note: event.currentTarget.value })}
        />
      </label>
      <span class="muted" role="status">
        {said}
      </span>
    </section>
  );
}
