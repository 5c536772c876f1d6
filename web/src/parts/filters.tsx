import { useContext, useRef, useState } from "preact/hooks";
import { replaceQuery, useAddress } from "../address.ts";
import { ShownContext, useWords } from "../app-state.ts";
import type { RecordColumn } from "./record-table.tsx";
import { SavedViews } from "./saved-views.tsx";

/** Milliseconds after the last key before a search is asked for. */
const PAUSE = 150;

/** Search, filters and marks of a list; all of it stands in the address. */
export function Filters({ columns, total }: { columns: readonly RecordColumn[]; total: number | undefined }) {
  const word = useWords();
  const { language } = useContext(ShownContext);
  const { query } = useAddress();
  const asked = query.get("search") ?? "";
  const [typed, setTyped] = useState({ asked, text: asked });
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  // Another search may have come with the address: a saved view, a step back.
  const text = typed.asked === asked ? typed.text : asked;
  const type = (value: string) => {
    setTyped({ asked, text: value });
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      setTyped({ asked: value, text: value });
      change("search", value);
    }, PAUSE);
  };
  const filters = [...query].filter(([name]) => name.startsWith("where.") || name === "tag");
  return (
    <search class="filters">
      <input
        type="search"
        value={text}
        placeholder={word("search")}
        aria-label={word("search")}
        onInput={(event) => type(event.currentTarget.value)}
      />
      <AddFilter columns={columns} />
      {(["favourite", "reviewed"] as const).map((mark) => (
        <label key={mark}>
          <input
            type="checkbox"
            checked={query.get(mark) === "1"}
            onChange={(event) => change(mark, event.currentTarget.checked ? "1" : "")}
          />
          {word(mark === "favourite" ? "onlyFavourites" : "onlyReviewed")}
        </label>
      ))}
      {filters.map(([name, value]) => (
        <button
          type="button"
          class="tag"
          key={name}
          onClick={() => change(name, "")}
          aria-label={`${word("clear")}: ${name} ${value}`}
        >
          {headingOf(name, columns, word)}: {value} <span aria-hidden="true">✕</span>
        </button>
      ))}
      <SavedViews />
      <span class="muted" role="status">
        {total !== undefined && `${total.toLocaleString(language)} ${word("rows")}`}
      </span>
    </search>
  );
}

function change(name: string, value: string): void {
  const next = new URLSearchParams(location.search);
  if (value === "") next.delete(name);
  else next.set(name, value);
  replaceQuery(next);
}

function headingOf(
  name: string,
  columns: readonly RecordColumn[],
  word: ReturnType<typeof useWords>,
): string {
  if (name === "tag") return word("myTag");
  const column = name.slice("where.".length);
  const known = columns.find((one) => one.column === column);
  return known === undefined ? column : word(known.heading);
}

const OWN_TAG = "tag";

/** One more filter: a part of a text, or a range of a figure; who wants more writes it so. */
function AddFilter({ columns }: { columns: readonly RecordColumn[] }) {
  const word = useWords();
  const [column, setColumn] = useState(columns[0]!.column);
  const kind = columns.find((one) => one.column === column)?.kind;
  const add = (event: Event) => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const value = new FormData(form).get("value");
    if (typeof value !== "string" || value.trim() === "") return;
    if (column === OWN_TAG) change(OWN_TAG, value.trim());
    else change(`where.${column}`, kind === "text" ? textFilter(value.trim()) : value.trim());
    form.reset();
  };
  return (
    <form onSubmit={add}>
      <select
        aria-label={word("filterColumn")}
        value={column}
        onChange={(event) => setColumn(event.currentTarget.value)}
      >
        {columns.map((one) => (
          <option key={one.column} value={one.column}>
            {word(one.heading)}
          </option>
        ))}
        <option value={OWN_TAG}>{word("myTag")}</option>
      </select>
      <input
        name="value"
        size={10}
        placeholder={kind === "number" ? "0.5.. / ..2" : word("contains")}
        aria-label={`${word("filterColumn")}: ${kind === "number" ? "0.5.., ..2, 0.5..2, none" : word("contains")}`}
      />
      <button type="submit">{word("filterColumn")}</button>
    </form>
  );
}

/** A plain text is looked for as a part; `a|b`, `none` and quoted ones are taken as they are. */
const textFilter = (value: string): string => (/^~|\||^none$|^'.*'$/.test(value) ? value : `~${value}`);
