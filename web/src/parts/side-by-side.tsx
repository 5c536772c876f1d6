import type { Row } from "../api.ts";
import { useWords } from "../app-state.ts";
import { Badge } from "./badge.tsx";
import { differenceFrom } from "./difference.ts";
import { Expression } from "./expression.tsx";
import { Figure } from "./figures.tsx";
import { Scroll } from "./scroll.tsx";
import { text } from "./text.ts";

/** Not worth a line: keys, and what every record has of its own. */
const HIDDEN = new Set([
  ...["mark_key", "marks", "occurrence", "expression_key", "is_best", "has_values", "changed_at_utc"],
  ...["catalogue_version", "generated_at_utc"],
]);
/** Told apart piece by piece. */
const FORMULAS = new Set(["expression", "formula_hint", "impl_func"]);
const STATES = new Set(["status", "impl_state", "check_status", "look_ahead", "materialization_status"]);

/** Records as columns, a line a field; what differs is marked, in formulas to the piece. */
export function SideBySide({
  rows,
  onLeaveOut,
}: {
  rows: readonly Row[];
  onLeaveOut: (key: string) => void;
}) {
  const word = useWords();
  const lines = fieldsOf(rows);
  return (
    <Scroll label={word("compare")}>
      <table class="side">
        <thead>
          <tr>
            <td />
            {rows.map((row) => (
              <th scope="col" key={row.mark_key}>
                {String(row.name ?? `${text(row.task_run_id)} / ${text(row.loop_id)}`)}{" "}
                <button
                  type="button"
                  class="tag"
                  onClick={() => onLeaveOut(row.mark_key)}
                  aria-label={word("clear")}
                >
                  ✕
                </button>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {lines.map(({ name, values, differs }) => (
            <tr key={name} class={differs ? "differs" : undefined}>
              <th scope="row">
                {name}
                {differs && <span class="unseen"> ({word("difference")})</span>}
              </th>
              {rows.map((row, i) => (
                <td key={row.mark_key} class={typeof values[i] === "number" ? "number" : "wrap"}>
                  <Value name={name} value={values[i]} first={i === 0 ? undefined : values[0]} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

interface Line {
  readonly name: string;
  readonly values: readonly unknown[];
  readonly differs: boolean;
}

/** The fields that any of the records has; parameters that are documents, member by member. */
function fieldsOf(rows: readonly Row[]): Line[] {
  const flat = rows.map((row) => {
    const fields = new Map<string, unknown>();
    for (const [name, value] of Object.entries(row)) if (!HIDDEN.has(name)) flatten(name, value, fields);
    return fields;
  });
  const names = [...new Set(flat.flatMap((fields) => [...fields.keys()]))];
  return names.map((name) => {
    const values = flat.map((fields) => fields.get(name));
    return { name, values, differs: new Set(values.map((value) => JSON.stringify(value))).size > 1 };
  });
}

function flatten(name: string, value: unknown, into: Map<string, unknown>): void {
  if (value === null || value === undefined || value === "") return;
  if (typeof value !== "object" || Array.isArray(value)) {
    into.set(name, Array.isArray(value) ? value.map(text).join(", ") : value);
    return;
  }
  for (const [part, inner] of Object.entries(value)) flatten(`${name}.${part}`, inner, into);
}

function Value({ name, value, first }: { name: string; value: unknown; first: unknown }) {
  if (value === undefined) return <Figure value={undefined} />;
  if (typeof value === "number") return <Figure value={value} digits={Number.isInteger(value) ? 0 : 4} />;
  if (STATES.has(name)) return <Badge state={value} />;
  if (!FORMULAS.has(name)) return <>{String(value)}</>;
  if (typeof first !== "string" || first === value) return <Expression text={String(value)} />;
  return (
    <code>
      {differenceFrom(first, String(value)).map((piece, i) =>
        piece.isCommon ? piece.text : <mark key={i}>{piece.text}</mark>,
      )}
    </code>
  );
}
