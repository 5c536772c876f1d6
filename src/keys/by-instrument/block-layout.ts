import { Column } from "../../columns/column.js";
import { gatherMask, gatherValues } from "../../columns/gather.js";
import type { ColumnValues } from "../../columns/table.js";
import { uninitializedArray } from "../../columns/uninitialized.js";
import type { PanelIndex } from "../panel-index.js";
import { type InstrumentBlock, runsOf } from "./instrument-blocks.js";

/** A block's rows in ascending order, and the place of each among the rows of the block. */
interface Places {
  readonly rows: Uint32Array;
  readonly places: Uint32Array;
}

/** Lays columns out as a block has its rows. */
export class BlockLayout {
  readonly block: InstrumentBlock;
  readonly #index: PanelIndex;
  #places: Places | undefined;

  constructor(index: PanelIndex, block: InstrumentBlock) {
    this.#index = index;
    this.block = block;
  }

  /** A column's cells, one instrument after another. */
  lay({ type, values, mask }: Column): Column {
    return Column.of(type, this.#layCells(values), mask && gatherMask(mask, this.block.rows));
  }

  // The cells are read in their order: read in that of their places, each would be in a memory page of its own, and take
  // twice as long. Other types are read so all the same: factors seldom have them.
  #layCells(cells: ColumnValues): ColumnValues {
    if (!(cells instanceof Float32Array || cells instanceof Float64Array)) {
      return gatherValues(cells, this.block.rows);
    }
    this.#places ??= placesOf(this.#index, this.block);
    return cells instanceof Float32Array ? layFloat32(cells, this.#places) : layFloat64(cells, this.#places);
  }
}

function placesOf(index: PanelIndex, { first, last, starts }: InstrumentBlock): Places {
  const { codes } = index;
  const { from, to, rowCount } = runsOf(index, first, last);
  const [rows, places] = [
    uninitializedArray(Uint32Array, rowCount),
    uninitializedArray(Uint32Array, rowCount),
  ];
  const next = starts.slice();
  let at = 0;
  for (let session = 0; session < from.length; session++) {
    for (let row = from[session]!; row < to[session]!; row++) {
      rows[at] = row;
      places[at++] = next[codes[row]! - first]!++;
    }
  }
  return { rows, places };
}

// A loop for each type, since one that has seen one array type stays specialised to it.
function layFloat32(cells: Float32Array, { rows, places }: Places): Float32Array {
  const out = uninitializedArray(Float32Array, rows.length);
  for (let i = 0; i < rows.length; i++) out[places[i]!] = cells[rows[i]!]!;
  return out;
}

function layFloat64(cells: Float64Array, { rows, places }: Places): Float64Array {
  const out = uninitializedArray(Float64Array, rows.length);
  for (let i = 0; i < rows.length; i++) out[places[i]!] = cells[rows[i]!]!;
  return out;
}
