import type { ColumnType, NumericArray } from "../../columns/table.js";
import { type NumpyArray, numpyArray, plainCell } from "./numpy-array.js";
import {
  datetimeArray,
  inNanoseconds,
  type Label,
  labelText,
  type PandasIndex,
  pandasIndex,
} from "./pandas-index.js";
import { calleeOf, entryOf, itemsOf, nameOf, PickledObject, type PickleValue } from "./values.js";

/** A column of a pickled frame: its label, one part a level of the columns' index, and its cells. */
export interface PickledColumn {
  readonly label: readonly Label[];
  readonly type: ColumnType;
  readonly values: NumericArray | (string | null)[];
}

/** A pandas DataFrame, or a Series as a frame of one column. */
export interface PickledFrame {
  readonly index: PandasIndex;
  readonly columns: readonly PickledColumn[];
}

/** What a frame has that is not read, for the error. */
export class NotReadable extends Error {}

const MANAGERS = "pandas.core.internals.managers.";

/**
 * The frame or series that a value is a description of; undefined of any other value.
 * @throws NotReadable where it is one, but has an index or a column that is not read
 */
export function pandasFrame(value: PickleValue): PickledFrame | undefined {
  if (!(value instanceof PickledObject)) return undefined;
  const callee = calleeOf(value);
  const manager = entryOf(value.state, "_mgr") ?? entryOf(value.state, "_data");
  if (callee === "pandas.core.frame.DataFrame") return frameOf(manager);
  if (callee !== "pandas.core.series.Series") return undefined;
  const name = labelText(entryOf(value.state, "_name")) ?? labelText(entryOf(value.state, "name"));
  return seriesOf(manager, name ?? UNNAMED);
}

/** The name that pandas gives the column of an unnamed series. */
const UNNAMED = "0";

function frameOf(manager: PickleValue | undefined): PickledFrame {
  const { axes, blocks } = partsOf(manager);
  const labels = pandasIndex(axes[0]);
  const index = pandasIndex(axes[1]);
  if (!labels || !index)
    throw new NotReadable(`an index that is not read (${kindOf(labels ? axes[1] : axes[0])})`);
  const columns: (PickledColumn | undefined)[] = new Array(labels.length).fill(undefined);
  for (const { values, places } of blocks) {
    const held = placesOf(places, labels.length);
    const cells = blockCells(values, held.length, index.length);
    for (const [i, place] of held.entries()) columns[place] = { label: labelAt(labels, place), ...cells(i) };
  }
  if (columns.some((column) => !column)) throw new NotReadable("columns without cells");
  return { index, columns: columns as PickledColumn[] };
}

function seriesOf(manager: PickleValue | undefined, name: string): PickledFrame {
  const { axes, blocks } = partsOf(manager);
  const index = pandasIndex(axes[0]);
  if (!index) throw new NotReadable(`an index that is not read (${kindOf(axes[0])})`);
  const [block] = blocks;
  if (!block) throw new NotReadable("no cells");
  return { index, columns: [{ label: [name], ...blockCells(block.values, 1, index.length)(0) }] };
}

interface Parts {
  readonly axes: readonly PickleValue[];
  readonly blocks: readonly {
    readonly values: PickleValue | undefined;
    readonly places: PickleValue | undefined;
  }[];
}

/** What a block manager is made of: of pandas from 1.3 on in the call's arguments, else, and of every series, in its state. */
function partsOf(manager: PickleValue | undefined): Parts {
  if (!(manager instanceof PickledObject) || !calleeOf(manager)?.startsWith(MANAGERS)) {
    throw new NotReadable("cells that are not read");
  }
  const [blocks, axes] = itemsOf(manager.args);
  if (Array.isArray(axes)) {
    return {
      axes,
      blocks: itemsOf(blocks).map((block) => {
        const [values, places] = block instanceof PickledObject ? itemsOf(block.args) : [];
        return { values, places };
      }),
    };
  }
  const [, , , versions] = itemsOf(manager.state);
  const state = entryOf(versions, "0.14.1");
  return {
    axes: itemsOf(entryOf(state, "axes")),
    blocks: itemsOf(entryOf(state, "blocks")).map((block) => ({
      values: entryOf(block, "values"),
      places: entryOf(block, "mgr_locs"),
    })),
  };
}

/** The columns that a block holds: a slice, or an array of places. */
function placesOf(value: PickleValue | undefined, width: number): number[] {
  const array = numpyArray(value);
  if (array) return checkedPlaces(Array.from(array.values as ArrayLike<number | bigint>, Number), width);
  if (!(value instanceof PickledObject) || !calleeOf(value)?.endsWith(".slice"))
    throw new NotReadable("blocks without places");
  const [first, last, step] = itemsOf(value.args);
  if (typeof first !== "number" || typeof last !== "number" || last > width)
    throw new NotReadable("blocks without places");
  const by = typeof step === "number" && step > 0 ? step : 1;
  const places: number[] = [];
  for (let place = first; place < last; place += by) places.push(place);
  return checkedPlaces(places, width);
}

function checkedPlaces(places: number[], width: number): number[] {
  if (places.every((place) => Number.isInteger(place) && place >= 0 && place < width)) return places;
  throw new NotReadable("blocks with places outside the frame");
}

/** Gives the cells of item i of a block: items × rows, or one item in one dimension. */
function blockCells(
  stored: PickleValue | undefined,
  items: number,
  rows: number,
): (item: number) => Pick<PickledColumn, "type" | "values"> {
  const array = numpyArray(stored) ?? datetimeArray(stored);
  if (!array) throw new NotReadable(`cells of a kind that is not read (${kindOf(stored)})`);
  if (array.values.length !== items * rows) throw new NotReadable("a block of another size than its columns");
  return (item) => {
    const cells = itemCells(array, item, items, rows);
    if (array.type === "object") return objectCells(cells as readonly PickleValue[]);
    const { type } = array;
    const values = cells as NumericArray;
    return {
      type,
      values: type === "datetime" ? inNanoseconds(values as BigInt64Array, array.unitNs) : values,
    };
  };
}

function itemCells(
  { values, isFortran }: NumpyArray,
  item: number,
  items: number,
  rows: number,
): NumpyArray["values"] {
  if (!isFortran || items === 1) return values.slice(item * rows, (item + 1) * rows);
  const picked = values.slice(0, rows) as NumericArray;
  for (let row = 0; row < rows; row++) picked[row] = (values as NumericArray)[row * items + item]!;
  return picked;
}

/** Texts, or numbers as float64; None and NaN are missing. */
function objectCells(stored: readonly PickleValue[]): Pick<PickledColumn, "type" | "values"> {
  const cells = stored.map(plainCell);
  const isMissing = (cell: unknown) => cell === null || Number.isNaN(cell);
  if (
    cells.every((cell) => typeof cell === "string" || isMissing(cell)) &&
    cells.some((cell) => typeof cell === "string")
  ) {
    return { type: "string", values: cells.map((cell) => (typeof cell === "string" ? cell : null)) };
  }
  if (cells.some((cell) => typeof cell === "string" || cell === undefined)) {
    throw new NotReadable("a column of objects that are neither all text nor all numbers");
  }
  return {
    type: "float64",
    values: Float64Array.from(cells, (cell) => (cell === null ? Number.NaN : Number(cell))),
  };
}

function labelAt({ levels, codes }: PandasIndex, place: number): Label[] {
  return levels.map(({ labels }, level) => {
    const at = codes ? Number(codes[level]![place]) : place;
    return labels.kind === "plain" ? (labels.cells[at] ?? null) : (labels.ns[at] ?? null);
  });
}

/** What a value is made by, for errors. */
function kindOf(value: PickleValue | undefined): string {
  if (!(value instanceof PickledObject)) return value === null ? "None" : typeof value;
  const [first] = itemsOf(value.args);
  return nameOf(first) ?? calleeOf(value) ?? "an object";
}
