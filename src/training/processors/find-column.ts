import { DataServiceError } from "../../errors.js";
import { listNames } from "../../names/field.js";
import { nearestName, suggestion } from "../../names/nearest.js";
import type { Block } from "../frame/block.js";
import type { Frame } from "../frame/frame.js";

/** A column by its name, in whichever group has it first. @throws DataServiceError unknown-field */
export function findColumn(
  frame: Frame,
  name: string,
  what: string,
): { readonly group: string; readonly block: Block; readonly column: number } {
  for (const [group, block] of frame.blocks) {
    const column = block.names.indexOf(name);
    if (column >= 0) return { group, block, column };
  }
  const names = [...frame.blocks.values()].flatMap((block) => [...block.names]);
  const near = nearestName(name, names);
  const hint = suggestion(near) || `; there are ${listNames(names)}`;
  throw new DataServiceError("unknown-field", `${what}: there is no column "${name}"${hint}`, {
    field: name,
    found: names,
    ...(near !== undefined && { suggestion: near }),
  });
}
