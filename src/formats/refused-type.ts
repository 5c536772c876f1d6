import { RefusedColumn } from "../columns/refused-column.js";
import { DataServiceError, pathOf } from "../errors.js";

/** A column of a type that a panel cannot hold: it is refused when it is read, and the others can be. */
export function refusedType(label: string, name: string, type: string, rows: number): RefusedColumn {
  return new RefusedColumn("string", rows, () => {
    return new DataServiceError(
      "unsupported",
      `${label}: column "${name}" holds values of the type ${type}, which a panel cannot hold; leave it out with columns, or write it as numbers, times or text`,
      { ...pathOf(label), field: name },
    );
  });
}
