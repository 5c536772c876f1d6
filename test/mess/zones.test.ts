import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import {
  asofJoin,
  checkFactors,
  joinPanels,
  openPanel,
  openSnapshot,
  type Panel,
  panelFromColumns,
} from "#src/index.js";
import { utcToWallClock } from "#src/time.js";
import { propertyRuns } from "../property-runs.js";
import { scratchFolder } from "../scratch-folder.js";

const MESS = "data-fixtures/mess";
const folder = scratchFolder();

function expected(kind: string): Record<string, unknown> {
  return JSON.parse(readFileSync(`${MESS}/${kind}/expected.json`, "utf8"));
}

/** A panel of one instrument with a value a session, its UTC hours shown by the clocks of a zone. */
function hours(zone: string | undefined, utc: readonly number[], name: string, naive?: boolean): Panel {
  const ns = BigInt64Array.from(utc, (hour) => BigInt(hour) * 3_600_000_000_000n);
  const datetime = zone === undefined ? ns : utcToWallClock(ns, zone)!;
  const panel = panelFromColumns({
    datetime,
    instrument: utc.map(() => "BTCUSDT"),
    columns: { [name]: Float64Array.from(utc) },
  });
  return naive ? panel : panel.withZone(zone);
}

describe("two zones are compared by their instants", () => {
  it("in a join, as pandas' DataFrame.join of two aware indexes", async () => {
    const want = expected("join-of-two-zones");
    const [utc, sh] = [
      await openPanel(`${MESS}/join-of-two-zones/hours_utc.h5`),
      await openPanel(`${MESS}/join-of-two-zones/hours_sh.h5`),
    ];
    const { panel, ledger } = joinPanels([utc, sh]);
    expect(ledger.panels[1]!.used).toBe(want.matched);
    const [a, b] = [panel.column("close"), panel.column("same_close")];
    const equal = Array.from({ length: panel.rowCount }, (_, row) => a.at(row) === b.at(row)).filter(Boolean);
    expect(equal.length).toBe(want.pairsWithEqualValues);
    expect(panel.index.timezone).toBe("UTC");
    expect(panel.notes.join()).toContain("its times were taken from Asia/Shanghai to UTC");
  });

  it("in an as-of join, which sees no future", async () => {
    const bars = await openPanel(`${MESS}/asof-look-ahead-by-zones/bars_sh.h5`);
    const announced = await openPanel(`${MESS}/asof-look-ahead-by-zones/ann_utc.h5`);
    const roe = Array.from(asofJoin(bars, announced).panel.column("roe").values as Float64Array);
    expect(roe).toEqual([Number.NaN, 5, 5]);
    expect(() => asofJoin(bars.withZone(undefined), announced)).toThrow(
      /zone|in UTC and those of .* in no zone; say which zone's clocks the latter show, with openPanel\(path, \{ timezone: "UTC" \}\)/,
    );
  });

  it("in a window of a snapshot, in sessions that are appended, in SQL and in a check of factors", async () => {
    const dir = scratchFolderWith(await openPanel(`${MESS}/join-of-two-zones/hours_sh.h5`));
    const utc = await openPanel(`${MESS}/join-of-two-zones/hours_utc.h5`);
    await utc.write(join(dir, "minute_1min.h5"));
    await (await openPanel(`${MESS}/join-of-two-zones/hours_sh.h5`)).write(join(dir, "same_1min.parquet"));
    const snapshot = await openSnapshot(dir);
    const window = await snapshot.getHistoryWindow(null, { freq: "1m", fields: ["close", "same_close"] });
    expect(window.column("same_close").at(5)).toBe(window.column("close").at(5));
    expect(window.notes.join()).toContain("taken from Asia/Shanghai to UTC");
    const rows = await snapshot.sql(
      "SELECT count(*) AS n FROM minute_1min a JOIN same_1min b USING (datetime, instrument) WHERE a.close = b.same_close",
    );
    expect(rows.toRows()).toEqual([{ n: 48n }]);
    const first = utc.window({ end: "2024-01-01 11:00" });
    const later = hours("Asia/Shanghai", [473_376], "close"); // 2024-01-02 00:00 UTC
    const grown = first.appendSessions(later);
    expect([grown.rowCount, grown.index.timezone, grown.index.datetimes.at(-1)]).toEqual([
      13,
      "UTC",
      1704153600000000000n,
    ]);
    const [check] = await checkFactors(utc, join(dir, "same_1min.parquet"), { label: null });
    expect(check!.matchedShare).toBe(1);
  });

  function scratchFolderWith(_: Panel): string {
    return folder;
  }

  const ZONES = [
    "UTC",
    "Asia/Shanghai",
    "America/New_York",
    "Asia/Kolkata",
    "+08:00",
    "-03:30",
    "Europe/London",
  ];

  test("all pairs of zones: rows match exactly where the instants are equal", () => {
    // From 2024-05-01 on: no clock is changed within these hours.
    const some = fc.uniqueArray(fc.integer({ min: 476_280, max: 476_350 }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(
        fc.constantFrom(...ZONES),
        fc.constantFrom(...ZONES),
        some,
        some,
        fc.constantFrom("left", "outer", "inner", "right" as const),
        (a, b, left, right, how) => {
          const { panel } = joinPanels([hours(a, left, "l"), hours(b, right, "r")], {
            how: how as "left",
          });
          const inBoth = new Set(left.filter((hour) => right.includes(hour)));
          expect(panel.index.timezone).toBe(a);
          const [l, r] = [panel.column("l"), panel.column("r")];
          let met = 0;
          for (let row = 0; row < panel.rowCount; row++) {
            const [x, y] = [l.at(row) as number, r.at(row) as number];
            if (Number.isNaN(x) || Number.isNaN(y)) continue;
            expect(x).toBe(y);
            met++;
          }
          expect(met).toBe(inBoth.size);
          const asof = asofJoin(hours(a, left, "l"), hours(b, right, "r")).panel;
          const sorted = [...left].sort((x, y) => x - y);
          expect(Array.from(asof.column("r").values as Float64Array)).toEqual(
            sorted
              .map((hour) => Math.max(...right.filter((at) => at <= hour)))
              .map((at) => (at > 0 ? at : Number.NaN)),
          );
        },
      ),
      propertyRuns(1801, 150),
    );
  });

  it("one with a zone beside one without is refused everywhere, with the way out, which works", async () => {
    const [aware, naive] = [hours("UTC", [476_280], "a"), hours(undefined, [476_280], "b")];
    for (const join of [
      () => aware.join(naive),
      () => naive.join(aware),
      () => asofJoin(naive, aware),
      () => aware.appendSessions(naive),
    ]) {
      expect(join).toThrow(/in UTC and those of .* in no zone; say which zone's clocks/);
    }
    expect(aware.join(naive.withZone("UTC")).column("b").at(0)).toBe(476_280);
    expect(aware.withZone(undefined).join(naive).column("b").at(0)).toBe(476_280);
    expect(() => naive.inZone("UTC")).toThrow(
      'openPanel(path, { timezone: "UTC" }) or panel.withZone("UTC")',
    );
    expect(() => aware.inZone("Asia/Peking")).toThrow("is not known");
  });

  it("clocks that show an hour twice are not guessed at", () => {
    const night = hours("UTC", [480_101, 480_102], "a"); // 2024-10-27 00:00 and … in London 01:00 twice
    const autumn = hours("UTC", [480_096, 480_097, 480_098, 480_099], "a");
    expect(night.inZone("Asia/Shanghai").inZone("UTC").index.datetimes).toEqual(night.index.datetimes);
    const twice = panelFromColumns({
      datetime: ["2024-10-27 00:30", "2024-10-27 01:30"],
      instrument: ["A", "A"],
      columns: { x: [1, 2] },
    }).withZone("UTC");
    expect(() => twice.inZone("Europe/London")).toThrow('compare in UTC, with inZone("UTC") on both sides');
    expect(autumn.rowCount).toBe(4);
  });
});

describe("a zone is kept", () => {
  it.each(["parquet", "arrow", "feather", "h5"])(
    "in .%s, and read back with the same instants",
    async (extension) => {
      for (const source of [
        "zone-lost-in-parquet-and-arrow/utc.parquet",
        "asof-look-ahead-by-zones/bars_sh.h5",
      ]) {
        const panel = await openPanel(`${MESS}/${source}`);
        const path = join(folder, `kept.${extension}`);
        await panel.write(path);
        const back = await openPanel(path);
        expect([back.index.timezone, back.index.datetimes]).toEqual([
          panel.index.timezone,
          panel.index.datetimes,
        ]);
      }
    },
  );

  it("and the option timezone declares or converts it", async () => {
    const path = `${MESS}/asof-look-ahead-by-zones/bars_sh.h5`;
    const utc = await openPanel(path, { timezone: "UTC" });
    expect(utc.index.datetimes[0]).toBe((await openPanel(path)).inZone("UTC").index.datetimes[0]);
    const naive = await openPanel(`${MESS}/suggests-another-operator/market.h5`, {
      timezone: "Asia/Shanghai",
    });
    expect(naive.index.timezone).toBe("Asia/Shanghai");
    await expect(openPanel(path, { timezone: "Mars" })).rejects.toThrow('the time zone "Mars" is not known');
  });
});
