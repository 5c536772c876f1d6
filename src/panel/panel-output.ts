import type { Table } from "apache-arrow";
import { readTogether } from "../columns/read-together.js";
import { tableToArrow } from "../formats/arrow/arrow.js";
import { type ArrowIpcForm, arrowIpcBytes, arrowIpcChunks } from "../formats/arrow/ipc-write.js";
import { type WriteOptions, writeTable } from "../formats/write.js";
import { refuseKeyNames } from "../names/key-names.js";
import type { Plot } from "../report/plot/plot.js";
import type { PlotOptions } from "../report/plot/plot-panel.js";
import { type LongTable, melt, pivot } from "../verbs/pivot.js";
import { type DenseMatrix, type DenseOptions, denseMatrix } from "./dense.js";
import { type Matrix, type UnstackOptions, unstackColumn } from "./matrix.js";
import type { Panel } from "./panel.js";
import { type JsonRow, jsonRowsOf, type PanelRow, rowsOf } from "./panel-rows.js";
import { type PanelTransfer, panelToTransfer } from "./panel-transfer.js";

/** What a Panel becomes outside: matrices, rows, files, other libraries' tables, pictures. */
export abstract class PanelOutput {
  /**
   * One column as a dense matrix, sessions × instruments, NaN where there is no row: pandas' `unstack`, and with
   * `instruments` its `reindex(columns=instruments)`.
   * @throws DataServiceError unknown-field, bad-request (strings, datetimes), over-budget
   */
  unstack(this: Panel, name: string, options?: UnstackOptions): Matrix {
    return unstackColumn(this.index, this.column(name), this.fieldName(name), options);
  }

  /**
   * Rows × columns as one row-major array, the feature matrix of a model; booleans are 1 and 0, missing cells NaN: pandas'
   * `df[columns].to_numpy(dtype=type)`. @throws DataServiceError unknown-field, bad-request (text, datetimes), over-budget
   */
  toDense(this: Panel, options?: DenseOptions): DenseMatrix {
    return denseMatrix(this, options);
  }

  /**
   * One object per row: `{ datetime, instrument, ...columns }`. For small tables; columns are the fast way.
   * @throws DataServiceError column-conflict if a column has the name of a key
   */
  toRows(this: Panel): PanelRow[] {
    return rowsOf(this);
  }

  /**
   * What JSON.stringify takes: the rows as `toRows` gives them, with times (`2020-03-02` or `2020-03-02 09:31:00`) and
   * integers beyond 2^53 as text, and a float32 with the digits that give it back. NaN and infinities, which JSON
   * lacks, become null. For small tables.
   * @throws DataServiceError column-conflict if a column has the name of a key
   */
  toJSON(this: Panel): JsonRow[] {
    return jsonRowsOf(this);
  }

  /**
   * Writes the panel in the format that the extension names: `.h5` (pandas fixed, read by pandas 1.5 and 2),
   * `.parquet`, `.arrow`, `.feather` or `.csv`; the old file stays until the new one is complete.
   * @throws DataServiceError bad-request, unsupported, column-conflict, write-failed
   */
  async write(this: Panel, path: string, options?: WriteOptions): Promise<void> {
    const table = this.table();
    await writeTable(path, { ...table, columns: readTogether(this.columns) }, options);
  }

  /**
   * The panel as an apache-arrow Table of one record batch: `datetime` Timestamp[ns], `instrument`
   * Dictionary<Int32, Utf8>, then the columns, sharing this panel's buffers (booleans, which Arrow packs into bits,
   * and strings are copied). pyarrow's `to_pandas()` restores the MultiIndex from the schema's metadata.
   * @throws DataServiceError column-conflict if a column has the name of a key
   */
  toArrow(this: Panel): Table {
    refuseKeyNames(this.columns.keys(), "toArrow");
    return tableToArrow(this.table());
  }

  /**
   * Draws the panel: fields over time, the candles of one instrument, the cross-section of a session, or coverage. The
   * plot has `svg` and `html`, both complete, and `write(path)`.
   * @throws DataServiceError unknown-field, unknown-instrument, bad-request (nothing to draw, or too much for one chart)
   */
  async plot(this: Panel, options?: PlotOptions): Promise<Plot> {
    return (await import("../report/plot/plot-panel.js")).plotPanel(this, options); // charts are loaded when drawn
  }

  /** What notebooks show of a panel: head and tail as a table, and its text. */
  async [Symbol.for("Jupyter.display")](this: Panel): Promise<Record<string, string>> {
    const { panelHtml } = await import("../report/plot/panel-html.js");
    return { "text/html": panelHtml(this), "text/plain": this.toString() };
  }

  /**
   * The same table as bytes of Arrow's IPC, which any copy and version of apache-arrow, pyarrow and polars read: a stream,
   * or a file. `arrowChunks` gives them part by part.
   * @throws DataServiceError column-conflict
   */
  toArrowIPC(this: Panel, form: ArrowIpcForm = "stream"): Uint8Array {
    refuseKeyNames(this.columns.keys(), "toArrowIPC");
    return arrowIpcBytes(this.table(), form);
  }

  /**
   * The bytes of `toArrowIPC` in parts of 65,536 rows, each made when it is asked for: for a response or a file.
   * @throws DataServiceError column-conflict
   */
  arrowChunks(this: Panel, form: ArrowIpcForm = "stream"): AsyncIterable<Uint8Array> {
    refuseKeyNames(this.columns.keys(), "arrowChunks");
    return arrowIpcChunks(this.table(), form);
  }

  /**
   * What `postMessage` takes to another thread, where `panelFromTransfer` makes a Panel of it: a Panel itself would arrive
   * without its methods. Cells in shared memory are shared; others are copied once, and moved by `transfer`. Reads all columns.
   */
  toTransfer(this: Panel): PanelTransfer {
    return panelToTransfer(this);
  }

  /**
   * Several columns as dense matrices of one shape, sessions × instruments, by their names; all columns when omitted:
   * pandas' `unstack()`. @throws DataServiceError unknown-field, bad-request, over-budget
   */
  pivot(this: Panel, names?: readonly string[], options?: UnstackOptions): Map<string, Matrix> {
    return pivot(this, names, options);
  }

  /**
   * The columns of numbers one below the other, a row for each cell: pandas' `melt(ignore_index=False)`.
   * @throws DataServiceError unknown-field, bad-request
   */
  melt(this: Panel, names?: readonly string[]): LongTable {
    return melt(this, names);
  }
}
