import { DataServiceError } from "../errors.js";
import { checkChoice } from "../names/choice.js";
import { bareName, checkList, listNames } from "../names/field.js";
import type { Panel } from "../panel/panel.js";

/** What to do when several joined panels have a column of the same name. */
export type OnConflict = "error" | "suffix" | "prefer-left" | "prefer-right";

/** How columns of one name are told apart in a join. */
export interface ColumnNaming {
  /**
   * What to do when panels have a column of the same name, `close` and `$close` being the same: `error` (the default);
   * `suffix` keeps all, the later ones under a suffixed name; `prefer-left` keeps the first panel's column,
   * `prefer-right` the last one's, as whole columns.
   */
  readonly onConflict?: OnConflict | undefined;
  /**
   * For `suffix`: what to add to a conflicting name, one for each panel. By default `["", "_right"]` for two panels and
   * `["", "_2", "_3", …]` for more; `["_x", "_y"]` is what pandas.merge does. An error with any other `onConflict`.
   */
  readonly suffixes?: readonly string[] | undefined;
}

/** A column of a join: its name there, and whose it is. */
export interface JoinedColumn {
  readonly name: string;
  /** The panel's position among those joined. */
  readonly panel: number;
  /** The column's name in that panel. */
  readonly from: string;
}

const SET_ON_CONFLICT = { code: "set-on-conflict", words: "set onConflict:" } as const;
const CHOICES: readonly OnConflict[] = ["error", "suffix", "prefer-left", "prefer-right"];

/** The columns of one field, in the order of the panels. */
type Owners = Pick<JoinedColumn, "panel" | "from">[];

/** The columns of a join, panel by panel. @throws DataServiceError column-conflict, bad-request */
export function planColumns(
  panels: readonly Panel[],
  labels: readonly string[],
  { onConflict = "error", suffixes }: ColumnNaming,
): JoinedColumn[] {
  checkChoice(onConflict, CHOICES, "join: onConflict");
  if (suffixes !== undefined && onConflict !== "suffix") {
    const problem = `join: suffixes have no effect with onConflict: "${onConflict}"; set onConflict: "suffix", or leave them out`;
    throw new DataServiceError("bad-request", problem, { field: "suffixes", advice: SET_ON_CONFLICT });
  }
  const owners = new Map<string, Owners>();
  for (const [panel, { columnNames }] of panels.entries()) {
    for (const from of columnNames) {
      const before = owners.get(bareName(from));
      if (before) before.push({ panel, from });
      else owners.set(bareName(from), [{ panel, from }]);
    }
  }
  const shared = new Map([...owners].filter(([, own]) => own[0]!.panel !== own.at(-1)!.panel));
  if (shared.size > 0 && onConflict === "error") throw conflict([...shared.values()], labels);
  if (onConflict === "suffix") return suffixed(panels, shared, suffixesFor(panels.length, suffixes));
  return [...owners.values()].flatMap((own) => {
    const { panel } = onConflict === "prefer-right" ? own.at(-1)! : own[0]!;
    return own.filter((one) => one.panel === panel).map(({ from }) => ({ name: from, panel, from }));
  });
}

function suffixed(
  panels: readonly Panel[],
  shared: ReadonlyMap<string, Owners>,
  suffixes: readonly string[],
): JoinedColumn[] {
  const taken = new Map<string, JoinedColumn>();
  return panels.flatMap(({ columnNames }, panel) =>
    columnNames.map((from) => {
      const name = shared.has(bareName(from)) ? from + suffixes[panel]! : from;
      const twin = taken.get(bareName(name));
      if (twin !== undefined && (twin.name === name || twin.panel !== panel)) {
        const two = twin.name === name ? `two columns "${name}"` : `"${twin.name}" and "${name}"`;
        throw new DataServiceError(
          "column-conflict",
          `join: the suffixes ${suffixes.map((suffix) => `"${suffix}"`).join(", ")} give ${two}; choose others with suffixes: [...], one for each panel`,
          { field: name, found: suffixes },
        );
      }
      const column = { name, panel, from };
      taken.set(bareName(name), column);
      return column;
    }),
  );
}

function suffixesFor(count: number, given: readonly string[] | undefined): readonly string[] {
  if (given === undefined) {
    return Array.from({ length: count }, (_, i) => (i === 0 ? "" : count === 2 ? "_right" : `_${i + 1}`));
  }
  checkList(given, "join: suffixes");
  if (given.length === count) return given;
  throw new DataServiceError(
    "bad-request",
    `join: ${given.length} suffixes for ${count} panels; give one for each, "" for none`,
    { count: given.length },
  );
}

function conflict(shared: readonly Owners[], labels: readonly string[]): DataServiceError {
  const names = shared.map((own) => own[0]!.from);
  const [own, first] = [shared[0]!, names[0]!];
  const isOneName = own.every(({ from }) => from === first);
  const where = own.map(({ panel, from }) => (isOneName ? labels[panel]! : `"${from}" of ${labels[panel]!}`));
  const found = isOneName
    ? `column "${first}" is in ${where.join(" and in ")}`
    : `${where.join(" and ")} are two names of one field`;
  const more = shared.length > 1 ? ` (of ${shared.length} such: ${listNames(names)})` : "";
  return new DataServiceError(
    "column-conflict",
    `join: ${found}${more}; rename it, or set onConflict: "suffix" keeps all under other names, "prefer-left" the first, "prefer-right" the last`,
    { field: first, count: shared.length, found: names, advice: SET_ON_CONFLICT },
  );
}
