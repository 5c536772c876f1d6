import {
  type DuckDBConnection,
  type DuckDBDataChunk,
  DuckDBTableFunction,
  ENUM,
  TIMESTAMP_NS,
  VARCHAR,
} from "@duckdb/node-api";
import { loadColumns } from "../columns/load.js";
import { presentCells } from "../columns/missing-cells.js";
import type { ColumnData, ColumnSource } from "../columns/table.js";
import { fillColumn } from "../formats/duckdb/vectors.js";
import { codeArray, DUCKDB_TYPE, VECTOR_ROWS } from "../formats/duckdb/write.js";
import { datetimeColumn } from "../keys/key-columns.js";
import type { PanelIndex } from "../keys/panel-index.js";
import type { Panel } from "../panel/panel.js";

/** Rows whose cells are made ready at a time. */
const SLAB_ROWS = 32 * VECTOR_ROWS;

/** What a scan keeps between calls. */
interface Scan {
  /** The columns DuckDB wants, undefined for a row number that nobody reads. */
  readonly sources: readonly (ColumnSource | undefined)[];
  row: number;
  slabFirst: number;
  slabLast: number;
  slab: (ColumnData | undefined)[];
}

/**
 * A panel as a DuckDB table function. DuckDB pulls vectors of the columns a query uses and no others; these
 * are read into memory when the scan begins, those of a file that lie together in one pass. Instruments are an
 * ENUM, so that no string is made per row; NaN becomes NULL, as when DuckDB reads a DataFrame.
 */
export class PanelScan {
  /** What a column threw; DuckDB passes on only its text. */
  error: unknown;
  readonly #panel: Panel;
  readonly #names: ReadonlyMap<string, string>;
  readonly #keys: readonly ColumnSource[];

  /** @param names the name in SQL of each column */
  constructor(panel: Panel, names: ReadonlyMap<string, string>) {
    this.#panel = panel;
    this.#names = names;
    this.#keys = [datetimeColumn(panel.index), new EnumCodes(panel.index)];
  }

  register(connection: DuckDBConnection, name: string): void {
    const { index } = this.#panel;
    const fields = [...this.#names.keys()];
    connection.registerTableFunction(
      DuckDBTableFunction.create({
        name,
        supportsProjectionPushdown: true,
        bindFunction: (info) => {
          info.addResultColumn("datetime", TIMESTAMP_NS);
          const { instruments } = index;
          info.addResultColumn("instrument", instruments.length > 0 ? ENUM(instruments) : VARCHAR);
          for (const [field, column] of this.#names) {
            info.addResultColumn(column, DUCKDB_TYPE[this.#panel.column(field).type]);
          }
          info.setCardinality(index.rowCount, true);
        },
        initFunction: (info) => {
          info.setMaxThreads(1);
          this.#guard(
            (text) => info.setError(text),
            () => {
              const columns = info.getColumnIndexes().map((at) => {
                const field = fields[at - this.#keys.length];
                return field === undefined ? this.#keys[at] : this.#panel.column(field);
              });
              loadColumns(
                fields.map((field) => this.#panel.column(field)).filter((c) => columns.includes(c)),
              );
              const scan: Scan = { sources: columns, row: 0, slabFirst: 0, slabLast: 0, slab: [] };
              info.setInitData(scan);
            },
          );
        },
        mainFunction: (info, chunk) => {
          this.#guard(
            (text) => info.setError(text),
            () => this.#fill(info.getInitData() as Scan, chunk),
          );
        },
      }),
    );
  }

  #guard(tell: (text: string) => void, work: () => void): void {
    try {
      work();
    } catch (error) {
      this.error = error;
      tell(String(error));
    }
  }

  #fill(scan: Scan, chunk: DuckDBDataChunk): void {
    const count = Math.min(VECTOR_ROWS, this.#panel.rowCount - scan.row);
    chunk.rowCount = count;
    if (count === 0) return;
    if (scan.row === scan.slabLast) {
      const [first, last] = [scan.slabLast, Math.min(scan.slabLast + SLAB_ROWS, this.#panel.rowCount)];
      scan.slab = scan.sources.map((source) => source && withNulls(source.read(first, last)));
      [scan.slabFirst, scan.slabLast] = [first, last];
    }
    const at = scan.row - scan.slabFirst;
    for (const [i, data] of scan.slab.entries()) if (data) fillColumn(chunk, i, data, at, count);
    scan.row += count;
  }
}

/** Cells with NaN masked. */
function withNulls(data: ColumnData): ColumnData {
  const { values } = data;
  const isFloat = values instanceof Float32Array || values instanceof Float64Array;
  return isFloat ? { values, mask: presentCells({ values }) } : data;
}

/** Instrument codes in the width DuckDB holds an ENUM of so many names in. */
class EnumCodes implements ColumnSource {
  readonly type = "uint32";
  readonly length: number;
  constructor(readonly index: PanelIndex) {
    this.length = index.rowCount;
  }

  read(first: number, last: number): ColumnData {
    return { values: this.#narrow(this.index.codesOf(first, last)) };
  }

  gather(rows: Uint32Array): ColumnData {
    const { codes } = this.index;
    return { values: this.#narrow(Int32Array.from(rows, (row) => codes[row]!)) };
  }

  #narrow(codes: Int32Array): Uint8Array | Uint16Array | Uint32Array {
    return new (codeArray(this.index.instruments.length))(codes);
  }
}
