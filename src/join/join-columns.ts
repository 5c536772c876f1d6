import { DataServiceError } from "../errors.js";
import { checkChoice } from "../names/choice.js";
import { checkList, listNames } from "../names/field.js";
import type { Panel } from "../panel/panel.js";

/** What to do with a column name that several joined panels have. */
export type OnConflict = "error" | "suffix" | "prefer-left" | "prefer-right";

export interface ColumnNaming {
  /**
   * Where two panels have a column of one name: `error` (the default); `suffix` keeps all, the later ones
   * under a suffixed name; `prefer-left` keeps the first panel's column, `prefer-right` the last one's, as
   * whole columns.
   */
  readonly onConflict?: OnConflict | undefined;
  /**
   * For `suffix`: what to add to a name in conflict, one for each panel. `["", "_right"]` for two panels by
   * default, `["", "_2", "_3", …]` for more; `["_x", "_y"]` is what pandas.merge does. An error without it.
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

const CHOICES: readonly OnConflict[] = ["error", "suffix", "prefer-left", "prefer-right"];

/** The columns of a join, panel by panel. @throws DataServiceError column-conflict, bad-request */
export function planColumns(
  panels: readonly Panel[],
  labels: readonly string[],
  { onConflict = "error", suffixes }: ColumnNaming,
): JoinedColumn[] {
  checkChoice(onConflict, CHOICES, "join: onConflict");
  if (suffixes !== undefined && onConflict !== "suffix") {
    const problem = `join: suffixes have no effect with onConflict: "${onConflict}"; set onConflict: "suffix", or leave them out`;
    throw new DataServiceError("bad-request", problem, { field: "suffixes" });
  }
  const owners = new Map<string, number[]>();
  for (const [panel, { columnNames }] of panels.entries()) {
    for (const name of columnNames) {
      const before = owners.get(name);
      if (before) before.push(panel);
      else owners.set(name, [panel]);
    }
  }
  const shared = [...owners].filter(([, own]) => own.length > 1).map(([name]) => name);
  if (shared.length > 0 && onConflict === "error") throw conflict(shared, owners, labels);
  if (onConflict === "suffix") return suffixed(panels, owners, suffixesFor(panels.length, suffixes));
  return [...owners].map(([name, own]) => ({
    name,
    panel: onConflict === "prefer-right" ? own[own.length - 1]! : own[0]!,
    from: name,
  }));
}

function suffixed(
  panels: readonly Panel[],
  owners: ReadonlyMap<string, readonly number[]>,
  suffixes: readonly string[],
): JoinedColumn[] {
  const taken = new Set<string>();
  return panels.flatMap(({ columnNames }, panel) =>
    columnNames.map((from) => {
      const name = owners.get(from)!.length > 1 ? from + suffixes[panel]! : from;
      if (taken.has(name)) {
        throw new DataServiceError(
          "column-conflict",
          `join: the suffixes ${suffixes.map((suffix) => `"${suffix}"`).join(", ")} give two columns "${name}"; choose others with suffixes: [...], one for each panel`,
          { field: name, found: suffixes },
        );
      }
      taken.add(name);
      return { name, panel, from };
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

function conflict(
  shared: readonly string[],
  owners: ReadonlyMap<string, readonly number[]>,
  labels: readonly string[],
): DataServiceError {
  const first = shared[0]!;
  const where = owners.get(first)!.map((panel) => labels[panel]!);
  const more = shared.length > 1 ? ` (of ${shared.length} such: ${listNames(shared)})` : "";
  return new DataServiceError(
    "column-conflict",
    `join: column "${first}" is in ${where.join(" and in ")}${more}; rename it, or set onConflict: "suffix" keeps all under other names, "prefer-left" the first, "prefer-right" the last`,
    { field: first, count: shared.length, found: shared },
  );
}
