import { beforeAll, describe, expect, it } from "vitest";
import { panelFromColumns } from "#src/index.js";
import { openSnapshot } from "#src/snapshot/open-snapshot.js";
import type { Snapshot } from "#src/snapshot/snapshot.js";

/** Raw prices as traded, with a 2-for-1 split before the third bar and one of 1.25 before the fifth. */
const RAW = [20, 21, 10.6, 10.4, 8.5];
const SHARES = [1000, 1200, 2100, 1900, 2500];
const CUMULATIVE = [1, 1, 2, 2, 2.5];
const FACTOR = CUMULATIVE.map((c) => c / 2.5);

let snapshot: Snapshot;
beforeAll(async () => {
  const pv = panelFromColumns({
    datetime: ["2020-01-01", "2020-01-02", "2020-01-03", "2020-01-06", "2020-01-07"],
    instrument: Array.from(RAW, () => "000001.SZ"),
    columns: {
      $close: Float32Array.from(RAW, (raw, i) => raw * FACTOR[i]!),
      $volume: Float32Array.from(SHARES, (shares, i) => shares / FACTOR[i]!),
      $amount: Float32Array.from(RAW, (raw, i) => raw * SHARES[i]!),
      $factor: Float32Array.from(FACTOR),
    },
  });
  snapshot = (await openSnapshot("data-fixtures/snapshot")).add("daily_pv", pv);
});

function expectNear(found: ArrayLike<unknown>, wanted: readonly number[]): void {
  expect(found).toHaveLength(wanted.length);
  for (const [i, value] of wanted.entries()) {
    expect(Math.abs(Number(found[i]) - value) / value).toBeLessThan(1e-6);
  }
}

describe("adjust", () => {
  it("none restores prices and volume as traded", async () => {
    const window = await snapshot.getHistoryWindow(null, {
      adjust: "none",
      fields: ["close", "$volume", "amount"],
    });
    expectNear(window.column("close").values, RAW);
    expectNear(window.column("$volume").values, SHARES);
    expectNear(
      window.column("amount").values,
      RAW.map((raw, i) => raw * SHARES[i]!),
    );
    expect(window.column("close").type).toBe("float32");
  });

  it("back keeps the first bars as traded and scales later ones, whatever the window", async () => {
    const fields = ["close", "volume"];
    const back = RAW.map((raw, i) => raw * CUMULATIVE[i]!);
    const window = await snapshot.getHistoryWindow(null, { adjust: "back", fields });
    expectNear(window.column("close").values, back);
    expectNear(
      window.column("volume").values,
      SHARES.map((shares, i) => shares / CUMULATIVE[i]!),
    );
    const late = await snapshot.getHistoryWindow(null, { adjust: "back", fields, bars: 2 });
    expectNear(late.column("close").values, back.slice(-2));
  });

  it("forward is what is stored, and shares its memory", async () => {
    const stored = await snapshot.panel("daily_pv");
    const window = await snapshot.getHistoryWindow(null, { fields: ["close"] });
    expect((window.column("close").values as Float32Array).buffer).toBe(
      (stored.column("$close").values as Float32Array).buffer,
    );
  });

  it("restores the raw prices of the fixtures' split market to 1e-6", async () => {
    const fixtures = await openSnapshot("data-fixtures/snapshot");
    const fields = ["open", "close", "high", "low"];
    const stored = await fixtures.getHistoryWindow(null, { fields: [...fields, "factor"] });
    const raw = await fixtures.getHistoryWindow(null, { fields, adjust: "none" });
    const factor = stored.column("factor").values as Float32Array;
    for (const name of fields) {
      const [cells, found] = [
        stored.column(name).values as Float32Array,
        raw.column(name).values as Float32Array,
      ];
      for (let row = 0; row < cells.length; row++) {
        const wanted = cells[row]! / factor[row]!;
        if (Number.isNaN(wanted)) expect(found[row]).toBeNaN();
        else expect(Math.abs(found[row]! - wanted)).toBeLessThanOrEqual(1e-6 * wanted);
      }
    }
  });

  it("says in the notes which prices it leaves as stored", async () => {
    const other = panelFromColumns({
      datetime: ["2020-01-07"],
      instrument: ["SZ000001"],
      columns: { close: [8], pe: [3] },
    });
    const own = (await openSnapshot("test/snapshot"))
      .add("daily_pv", await snapshot.panel("daily_pv"))
      .add("qlib_bin", other);
    const fields = [
      "close",
      "amount",
      "pe",
      "qlib_bin.close",
      "Mean($close, 2)",
      "Mean($pe, 2)",
      "$qlib_bin.close/2",
    ];
    const of = async (adjust: "forward" | "none" | "back", some = fields) =>
      (await own.getHistoryWindow(null, { adjust, fields: some })).notes;
    const told = (adjust: string) => [
      `adjust: "${adjust}" does not restate "Mean($close, 2)", "$qlib_bin.close/2": expressions are computed from prices and volume as stored, forward-adjusted`,
      `adjust: "${adjust}" does not restate "qlib_bin.close": only prices and volume of daily_pv are restated, those of other panels stay as stored`,
    ];
    expect(await of("none")).toEqual(told("none"));
    expect(await of("back")).toEqual(told("back"));
    expect(await of("forward")).toEqual([]);
    expect(await of("none", ["close", "amount", "pe", "Mean($pe, 2)"])).toEqual([]);
    const label = "Ref($close, -1)/$close - 1";
    expect(await of("none", [label])).toEqual([
      `adjust: "none" does not restate "${label}": expressions are computed from prices and volume as stored, forward-adjusted`,
      `"${label}" looks ahead; if it is a label, name it in labels`,
    ]);
  });

  it("needs $factor, but only for prices and volume", async () => {
    const plain = panelFromColumns({
      datetime: ["2020-01-01"],
      instrument: ["000001.SZ"],
      columns: { close: [1], pe: [2] },
    });
    const own = (await openSnapshot("data-fixtures/snapshot")).add("daily_pv", plain);
    expect((await own.getHistoryWindow(null, { fields: ["pe"], adjust: "none" })).rowCount).toBe(1);
    await expect(own.getHistoryWindow(null, { fields: ["close"], adjust: "none" })).rejects.toMatchObject({
      code: "bad-request",
      message:
        'adjust: "none" needs $factor, which this panel does not have; leave adjust out to get prices as stored',
    });
  });
});
