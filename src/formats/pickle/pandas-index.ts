import type { NumericArray } from "../../columns/table.js";
import { type NumpyArray, numpyArray, plainCell } from "./numpy-array.js";
import { calleeOf, entryOf, itemsOf, nameOf, PickledObject, type PickleValue } from "./values.js";

/** One label of an index: text, a number, or none. */
export type Label = string | number | bigint | boolean | null;

/** A pandas index of one level. */
export interface Level {
  readonly name: string | undefined;
  /** `datetime`: epoch nanoseconds, NaT the least int64. */
  readonly labels:
    | { readonly kind: "datetime"; readonly ns: BigInt64Array }
    | { readonly kind: "plain"; readonly cells: readonly Label[] };
}

/** A pandas index: one level, or several with a code a row into each, -1 where a key is missing. */
export interface PandasIndex {
  readonly length: number;
  readonly levels: readonly Level[];
  /** One array a level; undefined where the level's labels are the rows'. */
  readonly codes: readonly NumericArray[] | undefined;
}

const CORE = "pandas.core.indexes.";

/** The index that a value is a description of; undefined of any other, and of an index with a zone or of another kind. */
export function pandasIndex(value: PickleValue | undefined): PandasIndex | undefined {
  if (!(value instanceof PickledObject)) return undefined;
  const callee = nameOf(value.callee);
  const [cls, state] = itemsOf(value.args);
  if (callee === `${CORE}datetimes._new_DatetimeIndex`) return datetimeIndex(state);
  if (callee !== `${CORE}base._new_Index`) return undefined;
  if (nameOf(cls) === `${CORE}multi.MultiIndex`) return multiIndex(state);
  if (nameOf(cls) === `${CORE}range.RangeIndex`) return rangeIndex(state);
  const array = numpyArray(entryOf(state, "data"));
  return array && ofOneLevel(state, array);
}

function ofOneLevel(state: PickleValue | undefined, array: NumpyArray): PandasIndex | undefined {
  const name = labelText(entryOf(state, "name"));
  if (array.type === "datetime") return datetimeLevel(name, array);
  const cells = plainLabels(array.values);
  return (
    cells && { length: cells.length, levels: [{ name, labels: { kind: "plain", cells } }], codes: undefined }
  );
}

function plainLabels(values: NumpyArray["values"]): Label[] | undefined {
  const cells = Array.from(values as ArrayLike<PickleValue>, plainCell);
  return cells.includes(undefined) ? undefined : (cells as Label[]);
}

function datetimeIndex(state: PickleValue | undefined): PandasIndex | undefined {
  if (entryOf(state, "tz") != null) return undefined;
  const data = entryOf(state, "data");
  const array = numpyArray(data) ?? datetimeArray(data);
  return array?.type === "datetime" ? datetimeLevel(labelText(entryOf(state, "name")), array) : undefined;
}

function datetimeLevel(name: string | undefined, { values, unitNs }: NumpyArray): PandasIndex {
  const ns = inNanoseconds(values as BigInt64Array, unitNs);
  return { length: ns.length, levels: [{ name, labels: { kind: "datetime", ns } }], codes: undefined };
}

/** The cells of pandas' DatetimeArray: of pandas up to 1.2 in a dict, later as (dtype, array, …). */
export function datetimeArray(value: PickleValue | undefined): NumpyArray | undefined {
  if (!(value instanceof PickledObject)) return undefined;
  const isArray = (name: PickleValue | undefined) =>
    nameOf(name) === "pandas.core.arrays.datetimes.DatetimeArray";
  const isCython = calleeOf(value) === "pandas._libs.arrays.__pyx_unpickle_NDArrayBacked";
  if (!isArray(value.callee) && !(isCython && isArray(itemsOf(value.args)[0]))) return undefined;
  const array =
    numpyArray(entryOf(value.state, "_data")) ?? itemsOf(value.state).map(numpyArray).find(Boolean);
  return array?.type === "datetime" ? array : undefined;
}

const NAT = -(2n ** 63n);

export function inNanoseconds(times: BigInt64Array, unitNs: bigint): BigInt64Array {
  return unitNs === 1n ? times : times.map((time) => (time === NAT ? NAT : time * unitNs));
}

function rangeIndex(state: PickleValue | undefined): PandasIndex | undefined {
  const [start, stop, step] = ["start", "stop", "step"].map((key) => entryOf(state, key));
  if (typeof start !== "number" || typeof stop !== "number" || typeof step !== "number" || step === 0)
    return undefined;
  const length = Math.max(0, Math.ceil((stop - start) / step));
  if (!(length <= MOST_RANGE)) return undefined;
  const cells = Array.from({ length }, (_, i) => start + i * step);
  const name = labelText(entryOf(state, "name"));
  return { length, levels: [{ name, labels: { kind: "plain", cells } }], codes: undefined };
}

/** A range is a few bytes of any length; no file has more rows. */
const MOST_RANGE = 2 ** 27;

function multiIndex(state: PickleValue | undefined): PandasIndex | undefined {
  const levels = itemsOf(entryOf(state, "levels")).map(pandasIndex);
  const codes = itemsOf(entryOf(state, "codes")).map(numpyArray);
  const names = itemsOf(entryOf(state, "names"));
  const length = codes[0]?.values.length;
  if (length === undefined || levels.length !== codes.length || levels.length !== names.length)
    return undefined;
  const kept: Level[] = [];
  const rows: NumericArray[] = [];
  for (const [i, level] of levels.entries()) {
    const own = codes[i];
    const isWhole = own && /^int(8|16|32|64)$/.test(own.type) && own.values.length === length;
    if (level?.levels.length !== 1 || !isWhole) return undefined;
    kept.push({ ...level.levels[0]!, name: labelText(names[i]) });
    rows.push(own.values as NumericArray);
  }
  return { length, levels: kept, codes: rows };
}

/** The name of a level or a column, where it is text or a number. */
export function labelText(value: PickleValue | undefined): string | undefined {
  return typeof value === "string" || typeof value === "number" ? String(value) : undefined;
}
