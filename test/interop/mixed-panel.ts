import { Column, type Panel, panelFromColumns } from "#src/index.js";

const NS = (ms: number) => BigInt(ms) * 1_000_000n;

/** Five rows of every column type, with missing cells, at minutes of two days. */
export function mixedPanel(): Panel {
  const present = Uint8Array.of(1, 0, 1, 1, 0);
  return panelFromColumns({
    datetime: ["2020-03-02 09:31", "2020-03-02 09:31", "2020-03-02 09:32", "2020-03-03", "2020-03-03"],
    instrument: ["000001.SZ", "600000.SH", "000001.SZ", "000001.SZ", "600000.SH"],
    columns: {
      f32: Float32Array.of(1.5, Number.NaN, -2, 0.1, 7),
      f64: Float64Array.of(0.1, 2, Number.NaN, 4, 5),
      i8: Int8Array.of(-1, 2, 3, 4, 5),
      i32: Column.of("int32", Int32Array.of(1, 0, -3, 4, 0), present),
      u16: Uint16Array.of(1, 2, 3, 4, 65535),
      i64: Column.of("int64", BigInt64Array.of(1n, 0n, -3n, 2n ** 40n, 0n), present),
      flag: Column.of("bool", Uint8Array.of(1, 0, 0, 1, 0), present),
      day: Column.of("datetime", BigInt64Array.of(NS(0), 0n, NS(864e5), NS(1), 0n), present),
      text: ["a", null, "", "银行", "e"],
    },
  });
}

/** Keys, types and cells, for comparison as a whole. */
export function contents(panel: Panel): unknown {
  return {
    rows: panel.toRows(),
    types: Object.fromEntries(panel.columnNames.map((name) => [name, panel.column(name).type])),
  };
}
