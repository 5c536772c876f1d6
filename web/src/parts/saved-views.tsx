import { useState } from "preact/hooks";
import { useAddress } from "../address.ts";
import { useWords } from "../app-state.ts";

/** Named addresses of a list, kept in this browser; an address that is sent to someone needs no name. */
type Views = Readonly<Record<string, string>>;

const keyOf = (path: string): string => `views ${path}`;

function viewsOf(path: string): Views {
  try {
    return JSON.parse(localStorage.getItem(keyOf(path)) ?? "{}") as Views;
  } catch {
    return {};
  }
}

/** Keeps the present filters under a name, and goes back to those that were kept. */
export function SavedViews() {
  const word = useWords();
  const { path, query } = useAddress();
  const [views, setViews] = useState(() => viewsOf(path));
  const [isNaming, setIsNaming] = useState(false);
  const keep = (next: Views) => {
    localStorage.setItem(keyOf(path), JSON.stringify(next));
    setViews(next);
  };
  const save = (event: Event) => {
    event.preventDefault();
    const name = new FormData(event.currentTarget as HTMLFormElement).get("view");
    if (typeof name === "string" && name.trim() !== "") keep({ ...views, [name.trim()]: query.toString() });
    setIsNaming(false);
  };
  return (
    <>
      {Object.entries(views).map(([name, kept]) => (
        <span class="view" key={name}>
          <a href={`${path}?${kept}`}>{name}</a>
          <button
            type="button"
            aria-label={`${word("forget")}: ${name}`}
            onClick={() => keep(Object.fromEntries(Object.entries(views).filter(([one]) => one !== name)))}
          >
            ✕
          </button>
        </span>
      ))}
      {isNaming ? (
        <form onSubmit={save}>
          <input name="view" size={12} placeholder={word("viewName")} aria-label={word("viewName")} />
          <button type="submit">{word("save")}</button>
        </form>
      ) : (
        query.toString() !== "" && (
          <button type="button" onClick={() => setIsNaming(true)}>
            {word("saveView")}
          </button>
        )
      )}
    </>
  );
}
