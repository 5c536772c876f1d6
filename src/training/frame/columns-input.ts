import { DataServiceError } from "../../errors.js";
import { isTableName } from "../../formats/write.js";
import { openPanel } from "../../open/open-panel.js";
import { Panel } from "../../panel/panel.js";
import type { ColumnsInput } from "../training-request.js";

/** What a group's columns are made of, in order. */
export interface GroupParts {
  /** Fields and expressions of the source, by the names of their columns. */
  readonly texts: Readonly<Record<string, string>>;
  /** Panels to put beside the source's rows. */
  readonly panels: readonly Panel[];
  /** Names in the order given; a panel's columns stand where it does. */
  readonly names: readonly string[];
}

/**
 * Sorts out what a caller gave as columns; files are opened.
 * @param onTwice what to do with a second column of a name: refuse it, or let it take the first one's place (qlib)
 * @throws DataServiceError column-conflict, bad-request, and what opening a file throws
 */
export async function partsOf(
  group: string,
  input: ColumnsInput | readonly ColumnsInput[],
  onTwice: "error" | "replace" = "error",
): Promise<GroupParts> {
  const texts: Record<string, string> = {};
  const panels: Panel[] = [];
  const names = new Set<string>();
  const add = (name: string, text?: string) => {
    if (names.has(name) && onTwice === "error") {
      const problem = `${group}: two columns are called "${name}"; leave one out, or give it another name`;
      throw new DataServiceError("column-conflict", problem, { field: name });
    }
    names.add(name);
    if (text === undefined) delete texts[name];
    else texts[name] = text;
  };
  for (const part of flat(input)) {
    const panel = typeof part === "string" && isTableName(part) ? await openPanel(part) : part;
    if (panel instanceof Panel) {
      for (const name of panel.columnNames) add(name);
      panels.push(panel);
    } else if (typeof panel === "string") add(panel, panel);
    else if (typeof panel === "object" && panel !== null)
      for (const [name, text] of Object.entries(panel)) add(name, text);
    else {
      const problem = `${group}: ${String(panel)} is no column; give names, expressions, files or panels`;
      throw new DataServiceError("bad-request", problem);
    }
  }
  return { texts, panels, names: [...names] };
}

function flat(
  input: ColumnsInput | readonly ColumnsInput[],
): (string | Panel | Readonly<Record<string, string>>)[] {
  return Array.isArray(input)
    ? input.flatMap(flat)
    : [input as string | Panel | Readonly<Record<string, string>>];
}
