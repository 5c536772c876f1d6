import { useState } from "preact/hooks";
import { addresses, api, type ValuesAnswer } from "../api.ts";
import { useLoaded, useWords } from "../app-state.ts";
import { Scroll } from "./scroll.tsx";

const BARS = [5, 10, 20, 60] as const;
/** Of the file to take away. */
const DOWNLOADED = 250;

/** The last values of a factor; nothing is shown where neither a snapshot nor a workspace has them. */
export function LastValues({ of }: { of: string }) {
  const word = useWords();
  const [bars, setBars] = useState(10);
  const [codes, setCodes] = useState("");
  const request = { bars: String(bars) };
  const loaded = useLoaded(`${of} ${bars} ${codes}`, () => {
    const wanted = codes.split(/[\s,，]+/).filter(Boolean);
    return api.values(of, request, wanted);
  });
  if (codes === "" && loaded.state === "there" && loaded.value === null) return null;
  return (
    <>
      <h2>{word("lastValues")}</h2>
      <div class="filters">
        <label>
          {word("sessions")}{" "}
          <select value={bars} onChange={(event) => setBars(Number(event.currentTarget.value))}>
            {BARS.map((count) => (
              <option key={count}>{count}</option>
            ))}
          </select>
        </label>
        <input
          aria-label={word("instruments")}
          placeholder={`${word("instruments")}: 000001.SZ, SH600000`}
          onChange={(event) => setCodes(event.currentTarget.value)}
        />
        <a href={addresses.factorCsv(of, DOWNLOADED)}>{word("download")} CSV</a>
      </div>
      {loaded.state === "loading" && <p class="muted">{word("loading")}</p>}
      {loaded.state === "failed" && <p class="notice">{loaded.error.message || word("away")}</p>}
      {loaded.state === "there" && loaded.value !== null && <Table of={loaded.value} />}
    </>
  );
}

function Table({ of: { from, sessions, instruments, values, more } }: { of: ValuesAnswer }) {
  const word = useWords();
  return (
    <>
      <Scroll label={word("lastValues")}>
        <table>
          <thead>
            <tr>
              <th scope="col">{word("session")}</th>
              {instruments.map((code) => (
                <th scope="col" class="number" key={code}>
                  {code}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {sessions.map((session, i) => (
              <tr key={session}>
                <th scope="row">{session}</th>
                {instruments.map((code, k) => (
                  <td class="number" key={code}>
                    {valueText(values[i]?.[k])}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      <p class="muted">
        {word(from === "snapshot" ? "fromSnapshot" : "fromWorkspace")}
        {more > 0 && ` · ${word("moreInstruments")}: ${more}`}
      </p>
    </>
  );
}

/** Five significant digits: what a factor's scale is, nobody knows. */
const valueText = (value: number | null | undefined): string =>
  value === null || value === undefined ? "–" : String(Number(value.toPrecision(5))).replace("-", "−");
