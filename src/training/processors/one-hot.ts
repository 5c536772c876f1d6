import { DataServiceError } from "../../errors.js";
import { listNames } from "../../names/field.js";
import { Block, newCells } from "../frame/block.js";
import { findColumn } from "./find-column.js";
import type { Kind } from "./kind.js";

/** More than any list of industries has: what has more is not a category. */
const MOST_CATEGORIES = 512;

/** One column `NAME=CODE` of 0 and 1 for each whole number that the fit has; 0 in all of them for any other. */
export const oneHot: Kind<"OneHot"> = {
  fit: (frame, { column: name }, { first, last }) => {
    const { group, block, column } = findColumn(frame, name, "OneHot");
    const codes = new Set<number>();
    for (const code of block.column(column).subarray(first, last)) if (!Number.isNaN(code)) codes.add(code);
    const sorted = Float64Array.from(codes).sort();
    const broken = sorted.find((code) => !Number.isInteger(code));
    if (broken !== undefined || sorted.length > MOST_CATEGORIES) {
      const found = broken === undefined ? `${sorted.length} different numbers` : `the number ${broken}`;
      const problem = `OneHot: "${name}" has ${found}; it takes whole numbers, ${MOST_CATEGORIES} different ones at most`;
      throw new DataServiceError("bad-request", problem, { field: name });
    }
    return { columns: [[group, name]], vectors: { codes: sorted } };
  },
  apply: (frame, { column: name }, tally, fitted) => {
    const { group, block, column } = findColumn(frame, name, "OneHot");
    const codes = fitted!.vectors.codes!;
    const own = block.column(column);
    const kept = [...block.names.keys()].filter((c) => c !== column);
    const width = kept.length + codes.length;
    const names = [...kept.map((c) => block.names[c]!), ...Array.from(codes, (code) => `${name}=${code}`)];
    const [from, to] = [block.cells(), newCells(block.type, frame.rowCount * width, "the one-hot columns")];
    const place = new Map(Array.from(codes, (code, i) => [code, kept.length + i]));
    const strange = new Set<number>();
    for (let row = 0; row < frame.rowCount; row++) {
      for (let c = 0; c < kept.length; c++) to[row * width + c] = from[row * block.width + kept[c]!]!;
      const hot = place.get(own[row]!);
      if (hot !== undefined) to[row * width + hot] = 1;
      else if (!Number.isNaN(own[row])) strange.add(own[row]!);
    }
    frame.blocks.set(group, new Block(names, to));
    tally.columnsDropped.push(name);
    tally.columnsAdded.push(...names.slice(kept.length));
    if (strange.size > 0) {
      tally.remarks.push(
        `OneHot: ${listNames([...strange].map(String))} of "${name}" is not in the fit: all 0`,
      );
    }
  },
};
