import { DataServiceError } from "../../errors.js";
import { listNames } from "../../names/field.js";
import { nearestName, suggestion } from "../../names/nearest.js";
import type { Block } from "../frame/block.js";
import type { Frame } from "../frame/frame.js";

/** A column as a frame keys it. */
export type ColumnKey = readonly [group: string, name: string];

/** What a fit found: numbers for each of its columns, in their order. */
export interface FittedVectors {
  readonly columns: readonly ColumnKey[];
  /** By what they are, such as `median` and `scale`; a multiple of the columns' count long. */
  readonly vectors: Readonly<Record<string, Float64Array>>;
  /** What a user would want to know of the fit's cells, such as infinities; not kept with a saved state. */
  readonly remarks?: readonly string[] | undefined;
}

/** The rows [first, last) of a fit. */
export interface RowRange {
  readonly first: number;
  readonly last: number;
}

/**
 * Fits block by block: `fitOne` gives the vectors of one block's columns, and says what is odd about its cells.
 * @returns those of all columns of the groups, one after another
 */
export function fitBlocks(
  frame: Frame,
  groups: readonly string[],
  fitOne: (block: Block, remarks: string[]) => Readonly<Record<string, Float64Array>>,
): FittedVectors {
  const columns: ColumnKey[] = [];
  const remarks: string[] = [];
  const parts: Readonly<Record<string, Float64Array>>[] = [];
  for (const group of groups) {
    const block = frame.blocks.get(group)!;
    for (const name of block.names) columns.push([group, name]);
    parts.push(fitOne(block, remarks));
  }
  const names = Object.keys(parts[0] ?? {});
  const vectors = names.map((name) => {
    const all = new Float64Array(parts.reduce((length, part) => length + part[name]!.length, 0));
    let at = 0;
    for (const part of parts) {
      all.set(part[name]!, at);
      at += part[name]!.length;
    }
    return [name, all] as const;
  });
  return { columns, vectors: Object.fromEntries(vectors), remarks };
}

/** Some columns of a block, with the place of each in the fit. */
export interface FittedColumns {
  readonly block: Block;
  readonly columns: Int32Array;
  readonly places: Int32Array;
}

/** Where the fit's columns stand in a frame. @throws DataServiceError unknown-field for one that it does not have */
export function locate(frame: Frame, fitted: FittedVectors, what: string): FittedColumns[] {
  const found = new Map<string, { columns: number[]; places: number[] }>();
  for (const [place, [group, name]] of fitted.columns.entries()) {
    const names = frame.blocks.get(group)?.names ?? [];
    const column = names.indexOf(name);
    if (column < 0) {
      const near = nearestName(name, names);
      const hint = suggestion(near) || `; there are ${listNames(names)}`;
      const problem = `${what} was fitted on "${name}" of "${group}", which is not there${hint}`;
      throw new DataServiceError("unknown-field", problem, { field: name, found: names });
    }
    const own = found.get(group) ?? { columns: [], places: [] };
    own.columns.push(column);
    own.places.push(place);
    found.set(group, own);
  }
  return [...found].map(([group, { columns, places }]) => ({
    block: frame.blocks.get(group)!,
    columns: Int32Array.from(columns),
    places: Int32Array.from(places),
  }));
}
