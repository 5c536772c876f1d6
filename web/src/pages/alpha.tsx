import { useState } from "preact/hooks";
import { useAddress } from "../address.ts";
import { api } from "../api.ts";
import { useLoaded, useWords } from "../app-state.ts";
import { Expression } from "../parts/expression.tsx";
import { Await } from "../parts/state.tsx";

/** The factors of Alpha158 or Alpha360 with their expressions. */
export function AlphaPage() {
  const word = useWords();
  const library = useAddress().query.get("library") === "alpha360" ? "alpha360" : "alpha158";
  const loaded = useLoaded(library, () => api.alpha(library));
  const [text, setText] = useState("");
  const wanted = text.toLowerCase();
  return (
    <>
      <h1>{library === "alpha360" ? "Alpha360" : "Alpha158"}</h1>
      <p>
        <a href="/alpha">Alpha158</a> · <a href="/alpha?library=alpha360">Alpha360</a>
      </p>
      <div class="filters">
        <input
          type="search"
          aria-label={word("search")}
          placeholder={word("search")}
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
      </div>
      <Await of={loaded}>
        {(rows) => (
          <div class="scroll">
            <table>
              <thead>
                <tr>
                  <th scope="col">{word("name")}</th>
                  <th scope="col">{word("expression")}</th>
                </tr>
              </thead>
              <tbody>
                {rows
                  .filter(({ name, expression }) => `${name} ${expression}`.toLowerCase().includes(wanted))
                  .map(({ name, expression }) => (
                    <tr key={name}>
                      <td>{name}</td>
                      <td class="wrap">
                        <Expression text={expression ?? ""} />
                      </td>
                    </tr>
                  ))}
              </tbody>
            </table>
            {rows.length === 0 && <p>{word("emptyStore")}</p>}
          </div>
        )}
      </Await>
    </>
  );
}
