import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { copyFileSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Dictionary, Table, tableFromArrays, tableFromIPC, tableToIPC } from "apache-arrow";
import pl from "nodejs-polars";
import { describe, expect, test } from "vitest";
import { DataServiceError } from "#src/errors.js";
import { READ_CHANNEL, type ReadEvent } from "#src/files/byte-file.js";
import { arrowToTable, tableToArrow } from "#src/formats/arrow/arrow.js";
import { openArrowIpc } from "#src/formats/arrow/ipc.js";
import { writeArrowIpc } from "#src/formats/arrow/ipc-write.js";
import { openPanel } from "#src/open/open-panel.js";
import { panelFromArrow } from "#src/open/panel-from-arrow.js";
import { panelFromColumns } from "#src/open/panel-from-columns.js";
import { panelFromTable } from "#src/open/panel-from-table.js";
import { scratchFolder } from "../../scratch-folder.js";
import { ARROW25, cells, expectFixture, FIXTURES, writable } from "../fixture-table.js";

const folder = scratchFolder();

const NS_OF = { s: 1_000_000_000n, ms: 1_000_000n, us: 1_000n };

describe("what pyarrow 25 and polars write", () => {
  const long = "more than twelve bytes, 平安银行";
  const wanted = {
    text: [long, null, "twelve bytes"],
    number: ["1.5", "2.5", "3.5"],
    more: ["", Array.from(long).reverse().join(""), long],
  };

  test.each(["views", "views_zstd"])("text as views: %s", async (name) => {
    const panel = await openPanel(`${ARROW25}/${name}.arrow`, { columns: Object.keys(wanted) });
    expect(panel.index.instruments).toEqual(["a", "an instrument of many letters"]);
    for (const [column, texts] of Object.entries(wanted)) expect(cells(panel, column)).toEqual(texts);
    const all = await openPanel(`${ARROW25}/${name}.arrow`);
    expect(() => all.column("bytes").values).toThrow(
      'column "bytes" holds values of the type binary view, which a panel cannot hold',
    );
  });

  test("half floats, dictionaries of numbers, bools and times, columns of nulls", async () => {
    const path = `${ARROW25}/values.arrow`;
    const panel = await openPanel(path);
    const all = (from: typeof panel) =>
      Object.fromEntries(
        from.columnNames.map((name) => [name, [from.column(name).type, ...cells(from, name)]]),
      );
    const wall = ["1577957400000000000", "1578043800000000000"];
    expect(all(panel)).toEqual({
      half: ["float32", "1.5", "Infinity", String(2 ** -24)],
      half_null: ["float32", "1.5", null, "-2"],
      ints: ["int64", "7", null, "9"],
      floats: ["float64", "0.5", "0.5", null],
      bools: ["bool", "true", "false", null],
      times: ["datetime", wall[0], null, wall[1]],
      none: ["float64", null, null, null],
    });
    expect(all(panelFromArrow(tableFromIPC(readFileSync(path))))).toEqual(all(panel));
  });

  test("frames of polars", async () => {
    const path = join(folder, "polars.arrow");
    const frame = pl.DataFrame({
      datetime: [new Date("2020-01-02T00:00:00Z"), new Date("2020-01-03T00:00:00Z")],
      instrument: ["000001.SZ", "an instrument of many letters"],
      text: [long, null],
    });
    frame.writeIPC(path);
    const panel = await openPanel(path);
    expect(panel.index.instruments).toEqual(["000001.SZ", "an instrument of many letters"]);
    expect(cells(panel, "text")).toEqual([long, null]);
  });

  test.each([
    ["a view that ends behind its buffer", 12, 1 << 20, "which has"],
    ["a view into a buffer that is not there", 8, 7, "of buffer 7"],
    ["a text of less than no bytes", 0, -1, "a text is said to have -1 bytes"],
  ])("%s is refused", async (_, at, value, problem) => {
    const bytes = readFileSync(`${ARROW25}/views.arrow`);
    const length = Buffer.of(Buffer.byteLength(long), 0, 0, 0);
    const view = bytes.indexOf(Buffer.concat([length, Buffer.from("more")]));
    bytes.writeInt32LE(value, view + at);
    const path = join(folder, "bad-views.arrow");
    writeFileSync(path, bytes);
    const panel = await openPanel(path, { columns: ["text"] });
    expect(() => panel.column("text").values).toThrow(problem);
  });

  test("a dictionary that columns of two types share is refused", async () => {
    const { schema } = tableFromIPC(readFileSync(`${ARROW25}/values.arrow`));
    const ids = new Map(schema.fields.map(({ name, type }) => [name, (type as Dictionary).id]));
    const bytes = readFileSync(`${ARROW25}/values.arrow`);
    const id = (of: string) => Buffer.from(BigInt64Array.of(BigInt(ids.get(of)!)).buffer);
    id("ints").copy(bytes, bytes.lastIndexOf(id("floats"))); // in the schema of the footer, which is the one that is read
    const path = join(folder, "shared-dictionary.arrow");
    writeFileSync(path, bytes);
    await expect(openPanel(path)).rejects.toThrow(/columns "\w+" and "\w+" of two types share a dictionary/);
  });

  test("a byte order mark is a character of a text, and what is not UTF-8 is refused", async () => {
    const path = join(folder, "marks.arrow");
    const marked = panelFromColumns({
      datetime: ["2020-01-02", "2020-01-02"],
      instrument: ["a", "\ufeffa"],
      columns: { text: ["\ufeffx", "wxyz"] },
    });
    await marked.write(path);
    const panel = await openPanel(path);
    expect(panel.index.instruments).toEqual(["a", "\ufeffa"]);
    expect(cells(panel, "text")).toEqual(["\ufeffx", "wxyz"]);
    const bytes = readFileSync(path);
    bytes[bytes.indexOf(Buffer.from("wxyz"))] = 0xff;
    writeFileSync(path, bytes);
    const damaged = (await openPanel(path)).column("text");
    expect(() => damaged.values).toThrow("a text is not UTF-8");
  });
});

describe("what pyarrow writes", () => {
  const whole = [
    ..."plain chunks lz4 zstd large_utf8 categorical_column plain_columns time_zone".split(" "),
    ..."int8 int16 int32 uint8 uint16 uint32 int64".split(" ").map((kind) => `dictionary_${kind}`),
  ].map((name) => `${name}.feather`);
  test.each([...whole, "stream.arrow", "stream_chunks.arrow"])("%s", async (name) => {
    const panel = await openPanel(`${FIXTURES}/${name}`);
    expectFixture(panel);
    expect(panel.columnNames).toEqual([
      "$close",
      "f64",
      "n",
      "big",
      "flag",
      "note",
      "when",
      "maybe",
      "perhaps",
    ]);
    expect(panel.columnNames.map((column) => panel.column(column).type)).toEqual([
      "float32",
      "float64",
      "int32",
      "int64",
      "bool",
      "string",
      "datetime",
      "int16",
      "bool",
    ]);
  });

  test.each(Object.entries(NS_OF))("timestamp_%s", async (unit, ns) => {
    expectFixture(await openPanel(`${FIXTURES}/timestamp_${unit}.feather`), ns);
  });

  test("dates", async () => {
    expectFixture(await openPanel(`${FIXTURES}/date32.feather`), 86_400_000_000_000n);
  });

  test("a time zone is shown by its wall clock", async () => {
    const panel = await openPanel(`${FIXTURES}/time_zone.feather`);
    expect(panel.index.timezone).toBe("Asia/Shanghai");
  });

  test("two-part column names give name and group", async () => {
    const table = await openArrowIpc(`${FIXTURES}/two_level_columns.feather`, {
      columns: ["feature/f64", "close"],
    });
    expect([...table.columns.keys()]).toEqual(["f64", "$close"]);
    expect(table.groups).toEqual(
      new Map([
        ["f64", "feature"],
        ["$close", "feature"],
      ]),
    );
    expectFixture(panelFromTable(table));
  });

  test("without the two keys it is refused", async () => {
    await expect(openPanel(`${FIXTURES}/bad_flat_index.feather`)).rejects.toThrow(
      `${FIXTURES}/bad_flat_index.feather: no key datetime (a timestamp, a date, or text or digits such as 20200102); its columns are "$close", "f64", "n", "big", "flag", "note", "when", "maybe" and 2 more, its index "instrument"; `,
    );
  });

  test("a type that a panel cannot hold is refused, unless it is left out", async () => {
    const path = `${FIXTURES}/bad_list_column.feather`;
    const panel = await openPanel(path);
    expect(() => panel.column("list").values).toThrow(
      `${path}: column "list" holds values of the type list, which a panel cannot hold; leave it out with columns, or write it as numbers, times or text`,
    );
    expectFixture(await openPanel(path, { columns: ["note", "perhaps"] }));
  });
});

describe("round trips", () => {
  test("to an Arrow file and back", async () => {
    const path = join(folder, "ours.arrow");
    const table = await openPanel(`${FIXTURES}/lz4.feather`);
    await writeArrowIpc(path, writable(table));
    expectFixture(await openPanel(path));
  });

  test("to an Arrow table and back; numbers share their buffers", async () => {
    const panel = await openPanel(`${FIXTURES}/plain.feather`);
    const arrow = tableToArrow(writable(panel));
    expectFixture(panelFromTable(arrowToTable(arrow, "table")));
    expect(arrow.getChild("f64")!.data[0]!.values.buffer).toBe(
      (panel.column("f64").values as Float64Array).buffer,
    );
    expect(arrow.schema.fields.slice(0, 2).map(String)).toEqual([
      "datetime: Timestamp<NANOSECOND>",
      "instrument: Dictionary<Int32, Utf8>",
    ]);
    for (const kind of ["file", "stream"] as const) {
      const path = join(folder, `${kind}.arrow`);
      writeFileSync(path, tableToIPC(arrow, kind));
      expectFixture(await openPanel(path));
    }
  });

  test("apache-arrow's slices and several chunks with their own dictionaries", async () => {
    const panel = await openPanel(`${FIXTURES}/plain.feather`);
    const [first, second] = [0, 1].map((i) => {
      const half = panel.window(i === 0 ? { end: "2020-01-03" } : { start: "2020-01-04" });
      return tableToArrow(writable(half));
    });
    expectFixture(panelFromTable(arrowToTable(new Table([...first!.batches, ...second!.batches]), "halves")));
    const sliced = panelFromTable(arrowToTable(tableToArrow(writable(panel)).slice(5, 29), "slice"));
    for (const name of panel.columnNames)
      expect(cells(sliced, name)).toEqual(cells(panel, name).slice(5, 29));
  });

  test("a plain table with the key columns", () => {
    const table = tableFromArrays({
      instrument: ["b", "a"],
      datetime: [new Date(0), new Date(0)],
      x: Float32Array.of(1, 2),
    });
    const panel = panelFromTable(arrowToTable(table, "table"));
    expect(panel.index.instruments).toEqual(["a", "b"]);
    expect(panel.column("x").values).toEqual(Float32Array.of(2, 1));
  });
});

describe("what is read", () => {
  test("a row range reads the bytes of its rows only", async () => {
    const path = join(folder, "range.arrow");
    await writeArrowIpc(path, writable(await openPanel("data-fixtures/formats/plain.feather")));
    const table = await openArrowIpc(path, {});
    const bytes = await bytesRead(() => void table.columns.get("f64")!.read(3, 9));
    expect(bytes).toBe(6 * 8);
    expect(await bytesRead(() => void table.columns.get("f64")!.gather(Uint32Array.of(2, 5)))).toBe(4 * 8);
  });

  test("a file that changes between reads is refused", async () => {
    const path = join(folder, "changes.arrow");
    copyFileSync(`${FIXTURES}/plain.feather`, path);
    const table = await openArrowIpc(path, {});
    truncateSync(path, 100);
    expect(() => table.columns.get("f64")!.read(0, 1)).toThrow(
      `${path}: the file was written to since it was opened; open it again`,
    );
  });
});

async function bytesRead(run: () => void): Promise<number> {
  let bytes = 0;
  const listen = (event: unknown) => {
    bytes += (event as ReadEvent).bytes;
  };
  subscribe(READ_CHANNEL, listen);
  try {
    run();
  } finally {
    unsubscribe(READ_CHANNEL, listen);
  }
  return bytes;
}

test("a stream may end without its mark, though not in the midst of a message", async () => {
  const bytes = readFileSync(`${FIXTURES}/stream_chunks.arrow`);
  const path = join(folder, "unmarked.arrow");
  const mark = 8;
  writeFileSync(path, bytes.subarray(0, -mark));
  expectFixture(await openPanel(path));
  for (const cut of [mark + 1, mark - 1]) {
    writeFileSync(path, bytes.subarray(0, -cut));
    await expect(openPanel(path)).rejects.toMatchObject({ code: "corrupt" });
  }
});

describe("damaged files", () => {
  test.each(["plain.feather", "lz4.feather", "zstd.feather", "stream.arrow"])(
    "%s, cut anywhere",
    async (name) => {
      const bytes = readFileSync(`${FIXTURES}/${name}`);
      const path = join(folder, `cut-${name}`);
      for (let length = 8; length < bytes.length; length += 97) {
        writeFileSync(path, bytes.subarray(0, length));
        await expect(openArrowIpc(path, {})).rejects.toThrow(DataServiceError);
      }
      writeFileSync(path, bytes.subarray(0, 100));
      const what =
        name === "stream.arrow"
          ? /the message at byte 0 is said to have \d+ bytes/
          : /it does not end with ARROW1/;
      await expect(openArrowIpc(path, {})).rejects.toThrow(what);
    },
  );

  test.each(["plain.feather", "lz4.feather", "zstd.feather", "stream_chunks.arrow"])(
    "%s, bytes changed",
    async (name) => {
      const bytes = readFileSync(`${FIXTURES}/${name}`);
      const path = join(folder, `flip-${name}`);
      let seed = 1;
      const random = (below: number) => {
        seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
        return Math.floor((seed / 2 ** 32) * below);
      };
      for (let round = 0; round < 250; round++) {
        const mutant = Buffer.from(bytes);
        for (let flips = 1 + random(3); flips > 0; flips--) mutant[random(mutant.length)] = random(256);
        writeFileSync(path, mutant);
        try {
          const table = await openArrowIpc(path, {});
          for (const column of table.columns.values()) column.read(0, column.length);
        } catch (error) {
          expect(error).toBeInstanceOf(DataServiceError);
        }
      }
    },
  );
});

test("apache-arrow reads what is written", async () => {
  const path = join(folder, "theirs.arrow");
  const panel = await openPanel(`${FIXTURES}/plain.feather`);
  await writeArrowIpc(path, writable(panel));
  const table = tableFromIPC(readFileSync(path));
  expect(table.numRows).toBe(40);
  expect(table.getChild("maybe")!.toArray()).toEqual(
    tableFromIPC(readFileSync(`${FIXTURES}/plain.feather`))
      .getChild("maybe")!
      .toArray(),
  );
  expect(table.getChild("instrument")!.get(39)).toBe("000010.SZ");
});
