import { join } from "node:path";
import { tableFromIPC, tableToIPC } from "apache-arrow";
import * as aq from "arquero";
import * as dfd from "danfojs-node";
import pl from "nodejs-polars";
import { describe, expect, it } from "vitest";
import type { NumericArray } from "#src/columns/table.js";
import { Column, openPanel, Panel, panelFromArrow } from "#src/index.js";
import { fromArquero, toArquero } from "#src/interop/arquero.js";
import { fromDanfo, toDanfo } from "#src/interop/danfo.js";
import { fromPolars, toPolars } from "#src/interop/polars.js";
import { scratchFolder } from "../scratch-folder.js";
import { contents, mixedPanel } from "./mixed-panel.js";

const folder = scratchFolder();

/** The panel with its numbers one after another in a shared memory, as the load of a large file puts them. */
function inSharedMemory(panel: Panel): Panel {
  const memory = new SharedArrayBuffer(1 << 16);
  let end = 64;
  const columns = panel.columnNames.map((name) => {
    const { type, values, mask } = panel.column(name);
    if (Array.isArray(values)) return [name, panel.column(name)] as const;
    const at = end;
    end += Math.ceil(values.byteLength / 16) * 16 + 64;
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    new Uint8Array(memory).set(bytes, at);
    const Cells = values.constructor as new (
      buffer: SharedArrayBuffer,
      at: number,
      length: number,
    ) => NumericArray;
    return [name, Column.of(type, new Cells(memory, at, values.length), mask)] as const;
  });
  return new Panel(panel.index, new Map(columns), panel.info);
}

describe("columns in shared memory", () => {
  const panel = mixedPanel();
  const shared = inSharedMemory(panel);

  it("are what the same columns are elsewhere: in Arrow, its files and frames of other packages", async () => {
    expect((shared.column("f32").values as Float32Array).buffer).toBeInstanceOf(SharedArrayBuffer);
    const [arrow, plain] = [await shared.toArrow(), await panel.toArrow()];
    expect(contents(panelFromArrow(tableFromIPC(tableToIPC(arrow))))).toEqual(
      contents(panelFromArrow(tableFromIPC(tableToIPC(plain)))),
    );
    expect(contents(fromArquero(toArquero(shared, aq)))).toEqual(contents(fromArquero(toArquero(panel, aq))));
    expect(contents(fromDanfo(toDanfo(shared, dfd)))).toEqual(contents(fromDanfo(toDanfo(panel, dfd))));
    expect(contents(fromPolars(toPolars(shared, pl), pl))).toEqual(
      contents(fromPolars(toPolars(panel, pl), pl)),
    );
    expect(structuredClone(shared.column("f32").values)).toEqual(panel.column("f32").values);
  });

  it("can be queried and computed with", async () => {
    const query = "SELECT count(*) AS n, sum(f32) AS total, max(u16) AS most FROM panel";
    expect((await shared.sql(query)).toRows()).toEqual((await panel.sql(query)).toRows());
    const mean = { mean: "Mean($f32, 2)" };
    expect(contents(shared.evaluate(mean))).toEqual(contents(panel.evaluate(mean)));
    expect(shared.unstack("f32").values).toEqual(panel.unstack("f32").values);
  });

  it.each(["h5", "parquet", "arrow", "csv"])("are written as .%s", async (extension) => {
    const numbers = ["f32", "f64", "i8", "u16"]; // HDF5 takes no text and no missing integers
    const read = async (name: string, from: Panel) => {
      const path = join(folder, `${name}.${extension}`);
      await (extension === "h5" ? from.select(numbers) : from).write(path);
      return contents(await openPanel(path, { cache: false }));
    };
    expect(await read("shared", shared)).toEqual(await read("plain", panel));
  });
});
