import { useState } from "preact/hooks";
import { useAddress } from "../address.ts";
import { api } from "../api.ts";
import { useLoaded, useWords } from "../app-state.ts";
import { Expression } from "../parts/expression.tsx";
import { Scroll } from "../parts/scroll.tsx";
import { Await } from "../parts/state.tsx";

/** The factors of Alpha158 or Alpha360 with their expressions. */
export function AlphaPage() {
  const word = useWords();
  const library = useAddress().query.get("library") === "alpha360" ? "alpha360" : "alpha158";
  const loaded = useLoaded(library, () => api.alpha(library));
  const [text, setText] = useState("");
  const wanted = text.toLowerCase();
  const tab = (name: "alpha158" | "alpha360", title: string) => (
    <a href={`/alpha?library=${name}`} aria-current={library === name ? "page" : undefined}>
      {title}
    </a>
  );
  return (
    <>
      <h1>{library === "alpha360" ? "Alpha360" : "Alpha158"}</h1>
      <nav class="tabs" aria-label="Alpha158 / 360">
        {tab("alpha158", "Alpha158")} {tab("alpha360", "Alpha360")}
      </nav>
      <div class="filters">
        <input
          type="search"
          aria-label={word("searchHere")}
          placeholder={word("searchHere")}
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
      </div>
      <Await of={loaded}>
        {(rows) => {
          const shown = rows.filter(({ name, expression }) =>
            `${name} ${expression}`.toLowerCase().includes(wanted),
          );
          if (rows.length === 0) return <p>{word("noAlpha")}</p>;
          return (
            <>
              <p class="muted" role="status">
                {shown.length} {word("rows")}
              </p>
              <Scroll label={word("expression")}>
                <table>
                  <thead>
                    <tr>
                      <th scope="col">{word("name")}</th>
                      <th scope="col">{word("expression")}</th>
                    </tr>
                  </thead>
                  <tbody>
                    {shown.map(({ name, expression }) => (
                      <tr key={name}>
                        <td>{name}</td>
                        <td class="wrap">
                          <Expression text={expression ?? ""} />
                        </td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </Scroll>
              {shown.length === 0 && <p>{word("nothing")}</p>}
            </>
          );
        }}
      </Await>
    </>
  );
}
