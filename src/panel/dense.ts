import type { Column } from "../columns/column.js";
import { floatsOf, isNumeric } from "../columns/floats.js";
import { readTogether } from "../columns/read-together.js";
import { layRows32, layRows64 } from "../columns/row-major.js";
import { DataServiceError } from "../errors.js";
import { checkChoice } from "../names/choice.js";
import { checkKeys, type RequestKeys } from "../names/request-keys.js";
import type { Panel } from "./panel.js";
import { zeroedMatrix } from "./zeroed-matrix.js";

/** Rows × columns as one row-major array, as a model takes it. */
export interface DenseMatrix {
  /** `values[row * columnNames.length + column]`; NaN where a cell is missing. */
  readonly values: Float32Array | Float64Array;
  readonly rowCount: number;
  /** The columns of the matrix, by the names they were asked for. */
  readonly columnNames: readonly string[];
}

/** What `toDense` lays out. */
export interface DenseOptions {
  /** Columns as `select` takes them; all when omitted. */
  readonly columns?: readonly string[] | undefined;
  /** The type of the cells. When omitted: float32 if every column is float32, else float64. */
  readonly type?: "float32" | "float64" | undefined;
}

const DENSE_KEYS: RequestKeys<DenseOptions> = { columns: true, type: true };
const TYPES = ["float32", "float64"] as const;

/** Rows whose columns are read before they are laid out: a column's part of them is one read of a file. */
const SLAB_ROWS = 1 << 14;

/** @see Panel.toDense @throws DataServiceError unknown-field, bad-request, over-budget */
export function denseMatrix(panel: Panel, options: DenseOptions = {}): DenseMatrix {
  checkKeys(options, DENSE_KEYS, "toDense");
  const chosen = options.columns === undefined ? panel : panel.select(options.columns);
  const { rowCount, columnNames } = chosen;
  const columns = new Map(columnNames.map((name) => [name, chosen.column(name)]));
  for (const [name, column] of columns) refuseText(name, column);
  const all32 = [...columns.values()].every((column) => column.type === "float32");
  const { type = all32 ? "float32" : "float64" } = options;
  checkChoice(type, TYPES, "toDense: type");
  const sides = [
    [rowCount, "rows"],
    [columnNames.length, "columns"],
  ] as const;
  if (type === "float32") {
    const values = zeroedMatrix(Float32Array, ...sides, "toDense");
    eachSlab(columns, rowCount, (slab, first) =>
      layRows32(
        slab.map((cells) => (cells instanceof Float32Array ? cells : new Float32Array(cells))),
        values,
        first,
      ),
    );
    return { values, rowCount, columnNames };
  }
  const values = zeroedMatrix(Float64Array, ...sides, "toDense");
  eachSlab(columns, rowCount, (slab, first) =>
    layRows64(
      slab.map((cells) => (cells instanceof Float64Array ? cells : new Float64Array(cells))),
      values,
      first,
    ),
  );
  return { values, rowCount, columnNames };
}

function refuseText(name: string, { type }: Column): void {
  if (isNumeric(type)) return;
  const problem = `toDense: column "${name}" is ${type}; a matrix holds numbers: leave it out with columns`;
  throw new DataServiceError("bad-request", problem, { field: name });
}

/** Some rows of all columns after another, so that columns in a file need not be in memory as a whole. */
function eachSlab(
  columns: ReadonlyMap<string, Column>,
  rowCount: number,
  use: (slab: readonly (Float32Array | Float64Array)[], first: number) => void,
): void {
  const sources = [...readTogether(columns).values()];
  for (let first = 0; first < rowCount; first += SLAB_ROWS) {
    const last = Math.min(first + SLAB_ROWS, rowCount);
    use(
      sources.map((source) => floatsOf(source.type, source.read(first, last))),
      first,
    );
  }
}
