import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { replaceQuery, useAddress } from "../address.ts";
import type { RecordKind, Row } from "../api.ts";
import { useWords } from "../app-state.ts";
import type { Word } from "../words.ts";
import { type Chosen, chosen, compareAddress, toggleChosen } from "./chosen.ts";
import { Filters } from "./filters.tsx";
import { Star } from "./marks.tsx";
import { RowPages } from "./row-pages.ts";
import { ProblemNotice } from "./state.tsx";

export interface RecordColumn {
  /** The store's name of the column, by which it is sorted and filtered. */
  readonly column: string;
  readonly heading: Word;
  readonly kind: "text" | "number";
  /** Of the table's width, as a share beside the others. */
  readonly width: number;
  cell(row: Row): ComponentChildren;
}

interface RecordTableProps {
  readonly kind: RecordKind;
  readonly columns: readonly RecordColumn[];
  /** Whether rows can be chosen for a comparison. */
  readonly comparable?: Chosen["kind"];
}

/** CSS pixels; style.css says the same. */
const ROW_HEIGHT = 36;
const MARGIN_ROWS = 10;
/** CSS pixels of a column of width 1, and of those for boxes and stars. */
const UNIT = 90;
const BOXES = 80;

const widthOf = (columns: readonly RecordColumn[]): number =>
  columns.reduce((sum, { width }) => sum + width * UNIT, BOXES);

/**
 * A list of any length: only the rows in view are there, their pages are asked for as they come into view. Search, filters and
 * order stand in the address.
 */
export function RecordTable({ kind, columns, comparable }: RecordTableProps) {
  const word = useWords();
  const { query } = useAddress();
  const request = query.toString();
  const [, redraw] = useState(0);
  const pages = useRef<RowPages | undefined>(undefined);
  if (pages.current?.request !== request) {
    pages.current?.drop();
    pages.current = new RowPages(kind, request, () => redraw((n) => n + 1));
  }
  const rows = pages.current;
  const frame = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  const [height, setHeight] = useState(600);
  const [selection, setSelection] = useState(chosen);
  useEffect(() => {
    const measure = () => setHeight(frame.current?.clientHeight ?? 600);
    measure();
    addEventListener("resize", measure);
    return () => removeEventListener("resize", measure);
  }, []);
  const total = rows.total ?? 0;
  const first = Math.max(0, Math.floor(top / ROW_HEIGHT) - MARGIN_ROWS);
  const last = Math.min(total, Math.ceil((top + height) / ROW_HEIGHT) + MARGIN_ROWS);
  const inView = rows.between(first, last);
  const choose = (row: Row) => setSelection(toggleChosen(comparable!, row.mark_key));
  const isChosen = (row: Row) => selection.kind === comparable && selection.keys.includes(row.mark_key);
  return (
    <>
      <Filters columns={columns} total={rows.total} />
      {comparable && selection.kind === comparable && selection.keys.length > 1 && (
        <p>
          <a class="button primary" href={compareAddress(selection)}>
            {word("compareThese")} ({selection.keys.length})
          </a>
        </p>
      )}
      {rows.problem !== undefined && <ProblemNotice of={rows.problem} retry={() => rows.retry()} />}
      <section
        class="list"
        ref={frame}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by the keyboard
        tabIndex={0}
        aria-label={word(kind)}
        onScroll={(event) => setTop(event.currentTarget.scrollTop)}
      >
        <table aria-rowcount={total + 1} style={{ "--width": `${widthOf(columns)}px` }}>
          <colgroup>
            {comparable && <col class="box" />}
            <col class="box" />
            {columns.map(({ column, width }) => (
              <col key={column} style={{ "--width": `${width * UNIT}px` }} />
            ))}
          </colgroup>
          <thead>
            <tr aria-rowindex={1}>
              {comparable && (
                <th scope="col">
                  <span class="unseen">{word("choose")}</span>
                </th>
              )}
              <th scope="col">
                <span class="unseen">{word("favourite")}</span>
              </th>
              {columns.map((column) => (
                <Heading key={column.column} {...column} />
              ))}
            </tr>
          </thead>
          <tbody>
            <Gap rows={first} />
            {inView.map((row, i) => (
              <tr key={first + i} aria-rowindex={first + i + 2} class={(first + i) % 2 ? "odd" : undefined}>
                {row !== undefined && (
                  <>
                    {comparable && (
                      <td>
                        <input
                          type="checkbox"
                          aria-label={word("choose")}
                          checked={isChosen(row)}
                          onChange={() => choose(row)}
                        />
                      </td>
                    )}
                    <td>
                      <Star key={row.mark_key} kind={kind} of={row.mark_key} marks={row.marks} />
                    </td>
                    {columns.map(({ column, kind, cell }) => (
                      <td class={kind} key={column}>
                        {cell(row)}
                      </td>
                    ))}
                  </>
                )}
              </tr>
            ))}
            <Gap rows={total - last} />
          </tbody>
        </table>
      </section>
      {rows.total === 0 && <p>{isUnfiltered(query) ? word("emptyStore") : word("nothing")}</p>}
      {rows.total === undefined && rows.problem === undefined && (
        <p class="muted" role="status">
          {word("loading")}
        </p>
      )}
    </>
  );
}

const isUnfiltered = (query: URLSearchParams): boolean => [...query.keys()].every((name) => name === "sort");

/** Room for rows out of view. */
function Gap({ rows }: { rows: number }) {
  return rows > 0 ? <tr style={{ height: `${rows * ROW_HEIGHT}px` }} /> : null;
}

function Heading({ column, heading, kind }: RecordColumn) {
  const word = useWords();
  const { query } = useAddress();
  const sort = query.get("sort");
  const order = sort === column ? "ascending" : sort === `-${column}` ? "descending" : "none";
  const press = () => {
    const next = new URLSearchParams(query);
    // Figures are looked at from the greatest on.
    const steps = kind === "number" ? [`-${column}`, column] : [column, `-${column}`];
    const at = steps.indexOf(sort ?? "");
    if (at === steps.length - 1) next.delete("sort");
    else next.set("sort", steps[at + 1]!);
    replaceQuery(next);
  };
  return (
    <th scope="col" class={kind} aria-sort={order}>
      <button type="button" onClick={press}>
        {word(heading)}
        {order !== "none" && <span aria-hidden="true">{order === "ascending" ? " ▲" : " ▼"}</span>}
      </button>
    </th>
  );
}
