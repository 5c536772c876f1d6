import { inspect } from "node:util";
import { beforeAll, describe, expect, it } from "vitest";
import type { ColumnData, ColumnSource, ColumnType } from "#src/columns/table.js";
import { Column, Panel } from "#src/index.js";
import type { HistoryRequest } from "#src/snapshot/history-plan.js";
import { openSnapshot } from "#src/snapshot/open-snapshot.js";
import type { Snapshot } from "#src/snapshot/snapshot.js";

/** A column that is still in a file, as far as its reader can tell, and counts the bytes that are read of it. */
class CountedSource implements ColumnSource {
  readonly type: ColumnType;
  readonly length: number;
  constructor(
    readonly column: Column,
    readonly count: (bytes: number) => void,
  ) {
    this.type = column.type;
    this.length = column.length;
  }

  read(first: number, last: number): ColumnData {
    this.count(4 * (last - first));
    return this.column.read(first, last);
  }

  gather(rows: Uint32Array): ColumnData {
    this.count(4 * rows.length);
    return this.column.gather(rows);
  }
}

const FILES = ["daily_pv", "daily_basic", "moneyflow", "alpha158"];
let read = 0;

/** The fixtures' panels, all float32, with every read counted. */
async function countedSnapshot(panels: ReadonlyMap<string, Panel>): Promise<Snapshot> {
  const snapshot = await openSnapshot("test/snapshot");
  for (const [name, panel] of panels) {
    const columns = panel.columnNames.map((field): [string, Column] => {
      const counted = new CountedSource(panel.column(field), (bytes) => {
        read += bytes;
      });
      return [field, Column.from(counted)];
    });
    snapshot.add(name, new Panel(panel.index, new Map(columns), { source: `${name}.h5` }));
  }
  read = 0;
  return snapshot;
}

let panels: Map<string, Panel>;
beforeAll(async () => {
  const fixtures = await openSnapshot("data-fixtures/snapshot");
  panels = new Map();
  for (const name of FILES) panels.set(name, await fixtures.panel(name));
});

const requests: readonly (HistoryRequest & { universe?: string[] })[] = [
  {},
  { fields: ["close"], bars: 5 },
  { fields: ["close", "db_pe_ttm", "RESI5"], start: "2019-06-01", end: "2019-07-31" },
  { fields: ["close", "mf_net_amt"], universe: ["000004.SZ", "SZ000006", "000037.SZ"], start: "2019-10-08" },
  { fields: ["RESI5", "db_close"], bars: 20, barsPer: "session" },
  { fields: ["close", "volume"], adjust: "none", bars: 3 },
  { fields: ["close"], adjust: "back", bars: 3 },
  { fields: ["Mean($close, 5)/$close", "Ref($db_pe_ttm, 10)"], start: "2019-12-02" },
  {
    fields: ["Mean($close, 5)", "Ref($db_pe_ttm, 10)"],
    universe: ["000004.SZ", "600032.SH"],
    start: "2019-12-02",
  },
  { fields: ["close"], start: "2030-01-01" },
];

describe("explain", () => {
  it.each(requests.map((request) => [JSON.stringify(request), request] as const))(
    "tells the bytes of %s before any is read",
    async (_, request) => {
      const snapshot = await countedSnapshot(panels);
      const { universe, ...rest } = request;
      const { figures } = await snapshot.explain(universe, rest);
      expect(read).toBe(0);
      const window = (await snapshot.getHistoryWindow(universe, rest)).load();
      expect(figures.bytes).toBe(read);
      expect([figures.rows, figures.columns]).toEqual([window.rowCount, window.columnNames.length]);
      expect([figures.sessions, figures.instruments]).toEqual([
        window.index.sessionCount,
        window.index.usedInstruments().length,
      ]);
      expect(figures.peakBytes).toBeGreaterThanOrEqual(figures.bytes + figures.resultBytes);
    },
  );

  it("counts warm-up bars and look-ahead, and columns that are in memory as nothing", async () => {
    const snapshot = await countedSnapshot(panels);
    const request = {
      fields: ["close", "Ref($close, 20)", "Ref($close, -2)"],
      start: "2019-06-03",
      end: "2019-06-28",
    };
    const before = (await snapshot.explain(null, request)).figures;
    expect([before.warmUp, before.lookAhead, before.cached]).toEqual([20, 2, false]);
    (await snapshot.panel("daily_pv")).column("$close").values; // reads it
    const { figures } = await snapshot.explain(null, request);
    expect(figures).toMatchObject({ bytes: 0, cached: true });
    expect(figures.files).toEqual([
      {
        panel: "daily_pv",
        file: "daily_pv.h5",
        columns: ["$close"],
        rows: before.files[0]!.rows,
        bytes: 0,
        inMemory: ["$close"],
        cached: false,
      },
    ]);
  });

  it("counts what expressions take besides: a cross-section float64 cells of the whole base, twice", async () => {
    const snapshot = await countedSnapshot(panels);
    const peakOf = async (text: string) =>
      (await snapshot.explain(null, { fields: [text], start: "2020-03-17" })).figures.peakBytes;
    const whole = 2 * 8 * panels.get("daily_pv")!.rowCount;
    expect(await peakOf("CSRank($close)")).toBeGreaterThan(whole);
    expect(await peakOf("Abs($close)")).toBeLessThan(whole);
  });

  it("prints as a table", async () => {
    const snapshot = await countedSnapshot(panels);
    const account = await snapshot.explain(null, { fields: ["close", "RESI5"], start: "2020-03-16" });
    const text = String(account);
    expect(inspect(account)).toBe(text);
    expect(text.split("\n").map((line) => line.trimEnd())).toEqual([
      "86 rows × 2 columns, 2 sessions × 43 instruments, 2020-03-16 .. 2020-03-17",
      "reads 464 bytes, result 688 bytes, peak 1,512 bytes",
      "",
      "panel     rows  columns  bytes read  in memory  cached",
      "daily_pv    86        1         344          0  no",
      "alpha158    30        1         120          0  no",
    ]);
  });
});

describe("memoryBudget", () => {
  it("makes an oversized request an error with the account, and reads nothing", async () => {
    const snapshot = await countedSnapshot(panels);
    const request = { fields: ["close"], start: "2020-03-16", memoryBudget: 100 };
    const account = await snapshot.explain(null, request);
    await expect(snapshot.getHistoryWindow(null, request)).rejects.toMatchObject({
      code: "over-budget",
      message: `the request would take about ${account.figures.peakBytes} bytes of memory, more than memoryBudget 100; ask for fewer rows or fields\n${account}`,
    });
    await expect(snapshot.getHistoryWindow(null, { memoryBudget: 0 })).rejects.toMatchObject({
      message: "memoryBudget: 0 is not a number of bytes above 0",
    });
    expect(read).toBe(0);
    expect((await snapshot.getHistoryWindow(null, { ...request, memoryBudget: 1e6 })).rowCount).toBe(86);
  });
});
