import { Column } from "../../columns/column.js";
import { DataServiceError } from "../../errors.js";
import { indexOfRows } from "../../keys/index-of-rows.js";
import type { PanelIndex } from "../../keys/panel-index.js";
import { listNames } from "../../names/field.js";
import { nearestName, suggestion } from "../../names/nearest.js";
import { Panel } from "../../panel/panel.js";
import { Block } from "./block.js";

/** Which groups of columns a processor is for: one, several, or every one, labels too. */
export type Fields = string | readonly string[];
export const EVERY_GROUP = "all";

/**
 * What processors work on: rows keyed (datetime, instrument), columns keyed (group, name), and a matrix a group. Unlike a
 * Panel it is written to, by its owner alone.
 */
export class Frame {
  index: PanelIndex;
  readonly blocks: Map<string, Block>;

  constructor(index: PanelIndex, blocks: ReadonlyMap<string, Block>) {
    this.index = index;
    this.blocks = new Map(blocks);
  }

  get rowCount(): number {
    return this.index.rowCount;
  }

  /** The same table; what is written to one of the two is not seen in the other. */
  share(): Frame {
    return new Frame(this.index, new Map([...this.blocks].map(([group, block]) => [group, block.share()])));
  }

  /** The groups that a processor is for. @throws DataServiceError unknown-field */
  groupsOf(fields: Fields, what: string): string[] {
    if (fields === EVERY_GROUP) return [...this.blocks.keys()];
    const asked = typeof fields === "string" ? [fields] : fields;
    for (const group of asked) if (!this.blocks.has(group)) throw this.#unknownGroup(group, what);
    return [...asked];
  }

  #unknownGroup(group: string, what: string): DataServiceError {
    const groups = [...this.blocks.keys()];
    const near = nearestName(group, groups);
    const hint = suggestion(near) || `; there are ${listNames(groups)}, and "${EVERY_GROUP}" for every one`;
    return new DataServiceError("unknown-field", `${what}: there is no group "${group}"${hint}`, {
      field: group,
      found: groups,
      ...(near !== undefined && { suggestion: near }),
    });
  }

  /** Leaves out all rows but these, ascending. */
  keepRows(rows: Uint32Array): void {
    if (rows.length === this.rowCount) return;
    this.index = indexOfRows(this.index, rows);
    for (const [group, block] of this.blocks) this.blocks.set(group, block.keepRows(rows));
  }

  /** Leaves out all columns of a group but these; the group itself where none is left. */
  keepColumns(group: string, columns: readonly number[]): void {
    const block = this.blocks.get(group)!;
    if (columns.length === block.width) return;
    if (columns.length === 0) this.blocks.delete(group);
    else this.blocks.set(group, block.keepColumns(columns));
  }

  /** All columns as a Panel, as a copy; the groups are those of `panel.info.groups`. */
  toPanel(source: string): Panel {
    const columns = new Map<string, Column>();
    const groups = new Map<string, string>();
    for (const [group, block] of this.blocks) {
      for (const [c, name] of block.names.entries()) {
        const own = columns.has(name) ? `${group}/${name}` : name;
        columns.set(own, Column.of(block.type, block.column(c)));
        groups.set(own, group);
      }
    }
    return new Panel(this.index, columns, { source, groups });
  }
}

/** A Panel as a frame, its columns in the groups given, each group as one matrix. */
export function frameOfPanel(panel: Panel, groups: ReadonlyMap<string, readonly string[]>): Frame {
  const blocks = new Map<string, Block>();
  for (const [group, names] of groups) {
    const { values } = panel.toDense({ columns: names });
    blocks.set(group, new Block([...names], values));
  }
  return new Frame(panel.index, blocks);
}
