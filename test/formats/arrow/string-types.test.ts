import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as arrow from "apache-arrow";
import pl from "nodejs-polars";
import { describe, expect, it } from "vitest";
import { openPanel, type Panel, panelFromArrow } from "#src/index.js";
import { scratchFolder } from "../../scratch-folder.js";

const folder = scratchFolder();
const TEXTS = ["a", null, "a text longer than twelve bytes", "", "数据"];
const NAMES = ["000001.SZ", "600000.SH", "000001.SZ", "600000.SH", "000001.SZ"];
const TIMES = BigInt64Array.of(1n, 1n, 2n, 2n, 3n).map((day) => day * 86_400_000_000_000n);

/** A table's bytes through both doors: what apache-arrow makes of them, and the file. */
async function bothDoors(bytes: Uint8Array): Promise<Panel[]> {
  const path = join(folder, "table.arrow");
  writeFileSync(path, bytes);
  return [panelFromArrow(arrow.tableFromIPC(bytes)), (await openPanel(path)).load()];
}

function expectTexts(panel: Panel): void {
  expect(panel.index.instruments).toEqual(["000001.SZ", "600000.SH"]);
  expect(panel.rowCount).toBe(5);
  for (const name of panel.columnNames) expect([name, panel.column(name).values]).toEqual([name, TEXTS]);
}

describe("texts of every type, as instruments and as cells,", () => {
  it("of pyarrow: plain, large and views, and dictionaries of them by any code", async () => {
    for (const panel of await bothDoors(readFileSync("data-fixtures/arrow25/strings.arrow"))) {
      expect(panel.columnNames).toHaveLength(24);
      expectTexts(panel);
    }
  });

  const texts = { Utf8: () => new arrow.Utf8(), LargeUtf8: () => new arrow.LargeUtf8() };
  const codes = [arrow.Int8, arrow.Int16, arrow.Int32, arrow.Uint8, arrow.Uint16, arrow.Uint32];
  const types = Object.entries(texts).flatMap(([name, text]): [string, () => arrow.DataType][] => [
    [name, text],
    ...codes.map((Code): [string, () => arrow.DataType] => [
      `${name} by ${Code.name}`,
      () =>
        new arrow.Dictionary<arrow.Utf8 | arrow.LargeUtf8, arrow.Int32>(text(), new Code() as arrow.Int32),
    ]),
  ]);

  it.each(types)("of apache-arrow: %s", async (_, typeOf) => {
    const datetime = arrow.makeVector({ type: new arrow.TimestampNanosecond(), data: TIMES });
    const table = new arrow.Table({
      datetime,
      instrument: arrow.vectorFromArray(NAMES, typeOf()),
      text: arrow.vectorFromArray(TEXTS, typeOf()),
    });
    for (const panel of await bothDoors(arrow.tableToIPC(table, "file"))) expectTexts(panel);
  });

  it("of polars: strings, which it writes as views, and categories, dictionaries of them", async () => {
    const series = {
      instrument: pl.Series("instrument", NAMES, pl.Utf8),
      text: pl.Series("text", TEXTS, pl.Utf8),
    };
    const datetime = pl.Series("datetime", TIMES, pl.Int64).cast(pl.Datetime("ns"));
    for (const type of [pl.Utf8, pl.Categorical]) {
      const frame = pl.DataFrame([datetime, series.instrument.cast(type), series.text.cast(type)]);
      for (const panel of await bothDoors(frame.writeIPC({ compression: "uncompressed" })))
        expectTexts(panel);
    }
  });
});
