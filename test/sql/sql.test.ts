import { existsSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import type { ColumnData, ColumnSource } from "#src/columns/table.js";
import { Column, openPanel, Panel, panelFromColumns } from "#src/index.js";
import { openSnapshot } from "#src/snapshot/open-snapshot.js";
import type { Snapshot } from "#src/snapshot/snapshot.js";
import { sqlOnPanel } from "#src/sql/panel-sql.js";
import type { SqlOptions } from "#src/sql/run-sql.js";
import { columnNamesFor, namesTable } from "#src/sql/table-names.js";
import { panelOf, plainRows, rowsOf } from "../panel/random-panel.js";
import { propertyRuns } from "../property-runs.js";
import { scratchFolder } from "../scratch-folder.js";

let snapshot: Snapshot;
const dir = scratchFolder();
beforeAll(async () => {
  snapshot = await openSnapshot("data-fixtures/snapshot");
});

describe("panels as tables", () => {
  it("hold the rows and cells of the panel, as a Panel again", async () => {
    await fc.assert(
      fc.asyncProperty(plainRows, async (rows) => {
        const panel = panelOf(rows);
        const result = await panel.sql("SELECT * FROM panel");
        expect(result.columnNames).toEqual(["datetime", "instrument", "$close", "volume"]);
        expect(rowsOf(result.toPanel())).toEqual(rowsOf(panel));
        expect(result.toPanel().column("close").type).toBe("float32");
      }),
      propertyRuns(20200501, 15),
    );
  });

  it("are filtered and joined as Panels are", async () => {
    const pv = await snapshot.panel("daily_pv");
    const some = await snapshot.sql(
      "SELECT datetime, instrument, close FROM daily_pv WHERE instrument IN ('000004.SZ', '600032.SH') AND datetime >= '2019-06-01' ORDER BY 1, 2",
    );
    const window = pv.window({
      universe: ["000004.SZ", "600032.SH"],
      start: "2019-06-01",
      fields: ["close"],
    });
    expect(some.toPanel().toRows()).toEqual(window.toRows());
    const joined = await snapshot.sql(
      "SELECT datetime, instrument, p.close, f.mf_net_amt FROM daily_pv p LEFT JOIN moneyflow f USING (datetime, instrument)",
    );
    const wanted = await snapshot.getHistoryWindow(null, { fields: ["close", "moneyflow.mf_net_amt"] });
    const found = joined.toPanel();
    expect(found.index.codes).toEqual(wanted.index.codes);
    expect(found.column("close").values).toEqual(wanted.column("close").values);
    expect(found.column("mf_net_amt").values).toEqual(wanted.column("moneyflow.mf_net_amt").values);
  });

  it("aggregate without NaN, which is NULL", async () => {
    const panel = panelFromColumns({
      datetime: ["2020-01-01", "2020-01-02", "2020-01-03"],
      instrument: ["000001.SZ", "000001.SZ", "000001.SZ"],
      columns: {
        $close: [1, Number.NaN, 4],
        held: [true, null, false],
        n: Int32Array.of(1, 2, 3),
        name: ["a", null, "ü"],
      },
    });
    const result = await panel.sql(
      "SELECT count(*) AS rows, count(close) AS there, avg(close) AS mean, sum(n) AS total, 1.25 AS fixed, max(datetime) AS last, count(held) AS held, max(name) AS name, CAST('2020-02-03' AS DATE) AS day, NULL AS nothing FROM panel",
    );
    expect(result.toRows()).toEqual([
      {
        rows: 3n,
        there: 2n,
        mean: 2.5,
        total: 6,
        fixed: 1.25,
        last: new Date("2020-01-03T00:00:00Z"),
        held: 2n,
        name: "ü",
        day: new Date("2020-02-03T00:00:00Z"),
        nothing: null,
      },
    ]);
    const all = await panel.sql("SELECT held, name, close FROM panel ORDER BY datetime");
    expect(all.toRows()).toEqual([
      { held: true, name: "a", close: 1 },
      { held: null, name: null, close: Number.NaN },
      { held: false, name: "ü", close: 4 },
    ]);
    expect(all.hasKeys).toBe(false);
    expect(() => all.toPanel()).toThrow(
      'the result has no datetime and instrument columns to be a Panel by; it has "held", "name", "close"; select both, or use toArrow()',
    );
  });

  it("keep nanoseconds, and give Arrow that shares the numbers", async () => {
    const ns = 1_583_120_000_000_000_123n;
    const panel = panelFromColumns({
      datetime: BigInt64Array.of(ns),
      instrument: ["a"],
      columns: { x: [0.5] },
    });
    const result = await panel.sql("SELECT * FROM panel");
    expect(result.toPanel().index.datetimes[0]).toBe(ns);
    const table = result.toArrow();
    expect(table.schema.toString()).toBe(
      "Schema<{ 0: datetime: Timestamp<NANOSECOND>, 1: instrument: Utf8, 2: x: Float64 }>",
    );
    expect(table.getChild("x")!.data[0]!.values.buffer).toBe(
      (result.column("x").values as Float64Array).buffer,
    );
    expect(String(result)).toBe(
      [
        "datetime                       instrument    x",
        "2020-03-02 03:33:20.000000123  a           0.5",
      ].join("\n"),
    );
  });

  it("may be empty, and may be joined with themselves", async () => {
    const empty = panelFromColumns({ datetime: [], instrument: [], columns: { x: new Float32Array(0) } });
    expect((await empty.sql("SELECT * FROM panel")).toPanel().rowCount).toBe(0);
    const two = panelOf([
      { ns: 0n, instrument: "a", close: 1, volume: 1 },
      { ns: 0n, instrument: "b", close: 2, volume: 1 },
    ]);
    const pairs = await two.sql("SELECT x.close AS a, y.close AS b FROM panel x, panel y ORDER BY ALL");
    expect(pairs.toRows()).toEqual([
      { a: 1, b: 1 },
      { a: 1, b: 2 },
      { a: 2, b: 1 },
      { a: 2, b: 2 },
    ]);
  });
});

describe("a result", () => {
  it("takes the memory that its rows need", async () => {
    const sizes = async (query: string) => {
      const result = await snapshot.sql(query);
      return result.columnNames.map((name) => {
        const { values, mask } = result.column(name);
        return [(values as Float64Array).buffer.byteLength, mask?.buffer.byteLength];
      });
    };
    expect(await sizes("SELECT count(*), NULL::INT FROM daily_pv")).toEqual([
      [8, undefined],
      [4, 1],
    ]);
    const rows = 3 * 2048;
    const [[bytes, mask]] = (await sizes(`SELECT nullif(range, 5) AS n FROM range(${rows})`)) as [number[]];
    expect(bytes).toBe(8 * 4 * 2048);
    expect(mask).toBe(4 * 2048);
  });
});

it("a result as JSON is its rows, as a panel's are", async () => {
  const panel = panelFromColumns({
    datetime: ["2020-03-02 09:31", "2020-03-02 09:32"],
    instrument: ["a", "b"],
    columns: { x: Float32Array.of(7.5516887, Number.NaN), n: BigInt64Array.of(2n ** 60n, 5n) },
  });
  const result = await panel.sql("SELECT * FROM panel ORDER BY datetime");
  expect(JSON.stringify(result)).toBe(JSON.stringify(panel));
  expect(JSON.stringify(await panel.sql("SELECT count(*) AS n, NULL AS none FROM panel"))).toBe(
    '[{"n":2,"none":null}]',
  );
});

describe("what a query reads", () => {
  it("is the columns it uses, of the panels it names", async () => {
    const read: string[] = [];
    const counted = (name: string): [string, Column] => {
      const source: ColumnSource = {
        type: "float32",
        length: 2,
        read: (first, last): ColumnData => {
          read.push(name);
          return { values: new Float32Array(last - first) };
        },
        gather: (rows) => ({ values: new Float32Array(rows.length) }),
      };
      return [name, Column.from(source)];
    };
    const { index } = panelOf([
      { ns: 0n, instrument: "a", close: 1, volume: 1 },
      { ns: 0n, instrument: "b", close: 2, volume: 1 },
    ]);
    const own = (await openSnapshot("test/sql")).add(
      "daily_pv",
      new Panel(index, new Map(["$open", "$close", "x"].map(counted))),
    );
    own.add("broken", "no/such/file.h5");
    expect((await own.sql("SELECT count(*) AS n FROM daily_pv")).toRows()).toEqual([{ n: 2n }]);
    expect(read).toEqual([]);
    await own.sql("SELECT sum(\"$close\") FROM daily_pv WHERE instrument = 'a'");
    expect(read).toEqual(["$close"]);
    await expect(own.sql("SELECT * FROM broken")).rejects.toMatchObject({ code: "not-found" });
  });

  it("is the panel that it spells, where names differ in case alone", async () => {
    const panel = panelOf([{ ns: 0n, instrument: "a", close: 1, volume: 1 }]);
    const path = join(dir, "Panel.arrow");
    await panel.write(path);
    expect((await (await openPanel(path)).sql("SELECT volume FROM panel")).toRows()).toEqual([{ volume: 1 }]);
    const own = await openSnapshot("test/sql");
    own.add("bars", panel).add("Bars", panel.withColumns({ volume: [2] }));
    expect((await own.sql("SELECT volume FROM bars")).toRows()).toEqual([{ volume: 1 }]);
    expect((await own.sql('SELECT volume FROM "Bars"')).toRows()).toEqual([{ volume: 2 }]);
    for (const query of ["SELECT * FROM BARS", "SELECT * FROM bars JOIN Bars USING (instrument)"]) {
      await expect(own.sql(query)).rejects.toMatchObject({
        code: "sql",
        message:
          'the tables "bars", "Bars" differ in case alone, which SQL does not tell apart; spell the one that is meant as it is here, or give another a new name',
      });
    }
  });

  it("is told by the words of the text", () => {
    expect(namesTable('SELECT 1 FROM "Daily_PV" p', "daily_pv")).toBe(true);
    expect(namesTable("SELECT 1 FROM daily_pv_2", "daily_pv")).toBe(false);
    expect(namesTable('SELECT 1 FROM "a ""b"" c"', 'a "b" c')).toBe(true);
    const fields = ["$open", "$close", "open", "DateTime", "x", "X"];
    expect([...columnNamesFor('SELECT close, open FROM t WHERE "$open" > 0', fields).values()]).toEqual([
      "$open",
      "close",
      "open",
      "DateTime_1",
      "x",
      "X_1",
    ]);
    expect([...columnNamesFor("SELECT * FROM t", ["$close"]).values()]).toEqual(["$close"]);
    expect(namesTable('SELECT 1 FROM "my-file.csv"', "my-file.csv")).toBe(true);
    expect([...columnNamesFor('SELECT "a-b" FROM t', ["$a-b"]).values()]).toEqual(["a-b"]);
  });

  it("and a column is the one that it spells, where names differ in case alone", async () => {
    const panel = panelFromColumns({
      datetime: ["2020-01-02"],
      instrument: ["a"],
      columns: { Close: [1], close: [2], Datetime: [3] },
    });
    const first = async (query: string) => Object.values((await panel.sql(query)).toRows()[0]!)[0];
    expect(await first("SELECT Close FROM panel")).toBe(1);
    expect(await first('SELECT "close" FROM panel')).toBe(2);
    expect((await panel.sql("SELECT * FROM panel")).columnNames.slice(2)).toEqual([
      "Close",
      "close_1",
      "Datetime_1",
    ]);
    const refused = (names: string) =>
      `the columns ${names} differ in case alone, which SQL does not tell apart; spell the one that is meant, and no other, as it is here, or give one a new name with rename`;
    for (const query of ["SELECT CLOSE FROM panel", "SELECT Close, close FROM panel"]) {
      await expect(panel.sql(query)).rejects.toThrow(refused('"Close", "close"'));
    }
    await expect(panel.sql("SELECT Datetime FROM panel")).rejects.toThrow(refused('"datetime", "Datetime"'));
  });

  it("may have a hyphen in its name", async () => {
    const own = await openSnapshot("test/sql");
    own.add("my-file", panelOf([{ ns: 0n, instrument: "a", close: 1, volume: 1 }]));
    expect((await own.sql('SELECT volume FROM "my-file"')).toRows()).toEqual([{ volume: 1 }]);
  });
});

describe("values", () => {
  it("are bound, whatever they hold", async () => {
    const query = "SELECT count(*) AS n FROM daily_pv WHERE instrument = $code AND datetime <= $until";
    const until = new Date("2019-06-28T00:00:00Z");
    const count = async (code: string) =>
      (await snapshot.sql(query, { values: { code, until } })).toRows()[0]!.n;
    const series = (await snapshot.panel("daily_pv")).window({ universe: ["000004.SZ"], end: "2019-06-28" });
    expect(await count("000004.SZ")).toBe(BigInt(series.rowCount));
    expect(await count("x' OR '1'='1")).toBe(0n);
    const listed = await snapshot.sql("SELECT ? AS a, ? AS b, ? AS c", { values: [1.5, "x; DROP", null] });
    expect(listed.toRows()).toEqual([{ a: 1.5, b: "x; DROP", c: null }]);
  });

  it.each([
    [2n ** 53n + 1n, "int64"],
    [-(2n ** 63n), "int64"],
    [2n ** 64n - 1n, "uint64"],
    [2 ** 40, "int64"],
    [1e30, "float64"],
  ])("are bound in the type that holds them: %s", async (value, type) => {
    for (const [query, values] of [
      ["SELECT ? AS x", [value]],
      ["SELECT $v AS x", { v: value }],
    ] as const) {
      const { type: found, values: cells } = (await snapshot.sql(query, { values })).column("x");
      expect([found, cells[0]]).toEqual([
        type,
        typeof value === "number" && type === "int64" ? BigInt(value) : value,
      ]);
    }
  });

  it("are refused where SQL has no such value", async () => {
    const give = "give text, a number, a bigint, a boolean, a Date or null";
    for (const [values, message] of [
      [[1, undefined], `sql: the value of parameter 2 is of the type undefined; ${give}`],
      [{ v: [1] }, `sql: the value of parameter "v" is of the type object; ${give}`],
      [[new Date("soon")], `sql: the value of parameter 1 is an invalid Date; ${give}`],
      ["ab", "sql: values: expected an object of names and values, got ab"],
    ] as const) {
      const query = Array.isArray(values) ? "SELECT ?, ?" : "SELECT $v";
      const options = { values } as unknown as SqlOptions;
      await expect(snapshot.sql(query, options)).rejects.toMatchObject({ code: "bad-request", message });
    }
  });
});

describe("a query", () => {
  it("can neither read nor write files, nor let itself do so", async () => {
    const file = join(dir, "out.csv");
    const queries = [
      `COPY (SELECT 1) TO '${file}'`,
      `COPY (SELECT * FROM daily_pv) TO '${file}'`,
      "SELECT * FROM read_text('package.json')",
      "SELECT * FROM 'data-fixtures/snapshot/alpha158.parquet'",
      `ATTACH '${join(dir, "x.db")}'`,
      "SET enable_external_access = true",
      "INSTALL httpfs",
      `EXPORT DATABASE '${join(dir, "all")}'`,
    ];
    for (const query of queries)
      await expect(snapshot.sql(query), query).rejects.toMatchObject({ code: "sql" });
    expect(existsSync(file)).toBe(false);
    await snapshot.sql(`COPY (SELECT 1 AS x) TO '${file}'`, { externalAccess: true });
    expect(existsSync(file)).toBe(true);
  });

  it("that is wrong says so with DuckDB's words, and what there is", async () => {
    const messages: readonly (readonly [string, string])[] = [
      [
        "SELECT * FROM dayly_pv",
        'Catalog Error: Table with name dayly_pv does not exist!\n\nLINE 1: SELECT * FROM dayly_pv\n                      ^\nthe tables are "alpha158", "combined_factors_df", "daily_basic", "daily_pv", "moneyflow", "qlib_bin", "result_mom", "result_vol", "static_factors"; did you mean "daily_pv"?',
      ],
      [
        "SELECT $close FROM daily_pv",
        'Invalid Input Error: Values were not provided for the following prepared statement parameters: close\na field whose name begins with $ is written in double quotes, as in "$close"',
      ],
      [
        "SELECT close FROM daily_pv WHERE instrument = ?",
        "Invalid Input Error: Values were not provided for the following prepared statement parameters: 1\ngive every ? a value: { values: [...] }",
      ],
      [
        "SELECT close FROM daily_pv WHERE instrument = $code",
        "Invalid Input Error: Values were not provided for the following prepared statement parameters: code\ngive every parameter a value: { values: { code } }",
      ],
      ["SELECT 1; SELECT 2", "the text holds 2 statements; give one, without a semicolon inside"],
      [
        "SELECT [1, 2] AS pair",
        'column "pair" of the result is INTEGER[], which a column cannot hold; cast it in the query, as in CAST(pair AS VARCHAR)',
      ],
    ];
    for (const [query, message] of messages) {
      await expect(snapshot.sql(query)).rejects.toMatchObject({ code: "sql", message });
    }
    for (const query of ["", " \n", "-- nothing", "/* no\nthing */ ;; -- at all"]) {
      await expect(snapshot.sql(query)).rejects.toMatchObject({
        code: "bad-request",
        message: "sql: the query is empty; give one statement",
      });
    }
    expect((await snapshot.sql("-- one\nSELECT '--' AS x; /* no more */")).toRows()).toEqual([{ x: "--" }]);
  });

  it("that meets a damaged file gets that file's own error", async () => {
    const { index } = panelOf([{ ns: 0n, instrument: "a", close: 1, volume: 1 }]);
    const damaged = Column.from({
      type: "float32",
      length: 1,
      read: () => {
        throw new TypeError("disk gone");
      },
      gather: () => ({ values: new Float32Array(1) }),
    });
    const panel = new Panel(index, new Map([["x", damaged]]), { source: "some/daily_pv.h5" });
    await expect(sqlOnPanel(panel, "SELECT x FROM daily_pv")).rejects.toMatchObject({
      code: "sql",
      message: "disk gone",
    });
  });
});
