import { timeCells } from "../../columns/cells.js";
import { MemoryColumn } from "../../columns/memory-column.js";
import { NAT_NS } from "../../time.js";
import type { PickledCell } from "../pickle/pickled-array.js";
import { PickledDecimal, PickledTime } from "../pickle/pickled-object.js";

/**
 * A column of Python objects: texts; times; numbers and bools as float64, decimals among them where float64 holds each of
 * them; other decimals as text. None and NaN are missing. Undefined for other objects and for several kinds.
 */
export function objectColumn(cells: readonly PickledCell[]): MemoryColumn | undefined {
  const isMissing = (cell: PickledCell) =>
    cell === null || Number.isNaN(cell) || (cell instanceof PickledTime && cell.ns === NAT_NS);
  const present = cells.filter((cell) => !isMissing(cell));
  if (
    present.every((cell) => typeof cell === "string") &&
    !cells.some((cell) => cell instanceof PickledTime)
  ) {
    return texts(cells, (cell) => cell as string);
  }
  if (present.every((cell) => cell instanceof PickledTime)) {
    const ns = cells.map((cell) => (cell instanceof PickledTime ? cell.ns : NAT_NS));
    return new MemoryColumn("datetime", timeCells(BigInt64Array.from(ns)));
  }
  const isDecimal = present.some((cell) => cell instanceof PickledDecimal);
  const textOf = (cell: PickledCell) => (cell instanceof PickledDecimal ? cell.text : String(cell));
  if (isDecimal && present.every((cell) => cell instanceof PickledDecimal && !isExact(cell.text))) {
    return texts(cells, textOf);
  }
  const isNumber = (cell: PickledCell) =>
    typeof cell === "number" || typeof cell === "boolean" || cell instanceof PickledDecimal;
  if (!present.every(isNumber)) return undefined;
  if (present.some((cell) => cell instanceof PickledDecimal && !isExact(cell.text)))
    return texts(cells, textOf);
  const values = Float64Array.from(cells, (cell) => {
    if (cell === null || cell === undefined) return Number.NaN;
    return Number(cell instanceof PickledDecimal ? cell.text : cell);
  });
  return new MemoryColumn("float64", { values });
}

function texts(cells: readonly PickledCell[], textOf: (cell: PickledCell) => string): MemoryColumn {
  const values = cells.map((cell) => (cell === null || Number.isNaN(cell) ? null : textOf(cell)));
  return new MemoryColumn("string", { values });
}

/** Whether a float64 is the number that a decimal of so many digits names: 15 always are. */
function isExact(text: string): boolean {
  const digits = text
    .replace(/[eE].*$/, "")
    .replace(/[^\d]/g, "")
    .replace(/^0+/, "");
  return (
    digits.length <= 15 ||
    Number(text).toPrecision(digits.length).replace(/[^\d]/g, "").replace(/^0+/, "") === digits
  );
}
