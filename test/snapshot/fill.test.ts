import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { type Panel, panelFromColumns } from "#src/index.js";
import { openSnapshot } from "#src/snapshot/open-snapshot.js";
import { codeOf, date, type PlainRow, panelOf, plainRows } from "../panel/random-panel.js";
import { propertyRuns } from "../property-runs.js";
import { scratchFolder } from "../scratch-folder.js";

const dir = scratchFolder();
beforeAll(() => mkdirSync(join(dir, "instruments")));

interface Span {
  readonly instrument: string;
  readonly start: number;
  readonly end: number;
}

/** Day numbers as `date` counts them; sessions fall on even days. */
const dayOf = (row: PlainRow): number => Number((row.ns - 1_577_836_800_000_000_000n) / 86_400_000_000_000n);

/** The meaning of ffill, as slowly and plainly as it can be said. */
function naive(
  rows: readonly PlainRow[],
  spans: readonly Span[] | undefined,
  from: number,
  to: number,
): number[] {
  const spanOf = (row: PlainRow): number =>
    spans === undefined
      ? 0
      : spans.findIndex(
          (s) => s.instrument === row.instrument && s.start <= dayOf(row) && dayOf(row) <= s.end,
        );
  const members = rows.filter((row) => spanOf(row) >= 0);
  return members
    .filter((row) => dayOf(row) >= from && dayOf(row) <= to)
    .map((row) => {
      const past = members.filter(
        (other) => other.instrument === row.instrument && other.ns <= row.ns && spanOf(other) === spanOf(row),
      );
      return past.findLast((other) => !Number.isNaN(other.close))?.close ?? Number.NaN;
    });
}

const spansOf = (i: number): fc.Arbitrary<Span[]> =>
  fc
    .uniqueArray(fc.integer({ min: -2, max: 30 }), { minLength: 0, maxLength: 6 })
    .map((days) => days.sort((a, b) => a - b))
    .map((days) =>
      Array.from({ length: days.length >> 1 }, (_, k) => ({
        instrument: codeOf(i),
        start: days[2 * k]!,
        end: days[2 * k + 1]!,
      })),
    );

const sparse = plainRows.map((rows) =>
  rows.map((row, i) => (i % 3 === 0 ? { ...row, close: Number.NaN } : row)),
);

describe("nanPolicy ffill", () => {
  it("equals a naive fill, for lists with several spans too", async () => {
    const cases = fc.record({
      rows: sparse,
      spans: fc.option(fc.tuple(...Array.from({ length: 9 }, (_, i) => spansOf(i))), { nil: undefined }),
      from: fc.integer({ min: -2, max: 30 }),
      length: fc.integer({ min: 0, max: 20 }),
    });
    let run = 0;
    await fc.assert(
      fc.asyncProperty(cases, async ({ rows, spans, from, length }) => {
        const list = spans?.flat();
        const name = `list${run++}`;
        const lines = (list ?? []).map((s) => `${s.instrument}\t${date(s.start)}\t${date(s.end)}\n`);
        writeFileSync(join(dir, "instruments", `${name}.txt`), lines.join(""));
        const snapshot = (await openSnapshot(dir)).add("daily_pv", panelOf(rows));
        const window = await snapshot.getHistoryWindow(list ? name : null, {
          start: date(from),
          end: date(from + length),
          fields: ["close"],
          nanPolicy: "ffill",
        });
        expect([...(window.column("close").values as Float32Array)]).toEqual(
          naive(rows, list, from, from + length),
        );
        expect(window.toRows().map(({ close }) => close)).toHaveLength(window.rowCount);
      }),
      propertyRuns(20200402, 200),
    );
  });

  it("fills masked numbers and strings, and expressions, from before the window", async () => {
    const pv = panelFromColumns({
      datetime: ["2020-01-01", "2020-01-02", "2020-01-03"],
      instrument: ["000001.SZ", "000001.SZ", "000001.SZ"],
      columns: { $close: [1, Number.NaN, Number.NaN], name: ["a", null, null], flag: [true, null, null] },
    });
    const snapshot = (await openSnapshot(dir)).add("daily_pv", pv);
    const fields = ["close", "name", "flag", "$close * 2"];
    const kept = await snapshot.getHistoryWindow(null, { start: "2020-01-03", fields });
    expect(fields.map((name) => kept.column(name).at(0))).toEqual([Number.NaN, null, null, Number.NaN]);
    const filled = await snapshot.getHistoryWindow(null, { start: "2020-01-03", fields, nanPolicy: "ffill" });
    expect(fields.map((name) => filled.column(name).at(0))).toEqual([1, "a", true, 2]);
    expect(pv.column("flag").at(2)).toBe(null);
  });

  describe("of labels and what looks ahead", () => {
    const days = ["2020-01-01", "2020-01-02", "2020-01-03", "2020-01-06", "2020-01-07"];
    const [none, label] = [Number.NaN, "Ref($close, -2)/Ref($close, -1) - 1"];
    const LEAVES = "as it is: labels, and what looks ahead, are not carried forward";
    const pv = panelFromColumns({
      datetime: days,
      instrument: days.map(() => "000001.SZ"),
      columns: {
        $close: Float32Array.of(10, 20, 40, 80, 160),
        LABEL0: Float32Array.of(1, none, 3, none, none),
        pe: Float32Array.of(7, none, none, none, none),
      },
    });
    const cells = (window: Panel, name: string) => [...(window.column(name).values as Float32Array)];

    it("invents none for the last sessions, of which it is not known yet", async () => {
      const snapshot = (await openSnapshot(dir)).add("daily_pv", pv);
      const request = { fields: ["pe", label], nanPolicy: "ffill" } as const;
      const window = await snapshot.getHistoryWindow(null, request);
      expect(cells(window, "pe")).toEqual([7, 7, 7, 7, 7]);
      expect(cells(window, label)).toEqual([1, 1, 1, none, none]); // doubles each day, as far as is known
      expect(window.notes).toEqual([
        `"${label}" looks ahead; if it is a label, name it in labels`,
        `nanPolicy: "ffill" leaves "${label}" ${LEAVES}`,
      ]);
      const declared = await snapshot.getHistoryWindow(null, { ...request, labels: [label] });
      expect(cells(declared, label)).toEqual([1, 1, 1, none, none]);
      expect(declared.notes).toEqual([`nanPolicy: "ffill" leaves "${label}" ${LEAVES}`]);
      const late = await snapshot.getHistoryWindow(null, { ...request, start: "2020-01-07" });
      expect([cells(late, "pe"), cells(late, label)]).toEqual([[7], [none]]);
    });

    it("leaves a stored label that is named, and what is computed from it", async () => {
      const snapshot = (await openSnapshot(dir)).add("daily_pv", pv);
      const fields = { y: "LABEL0", twice: "2 * $LABEL0", pe: "pe" };
      const filled = await snapshot.getHistoryWindow(null, { fields, nanPolicy: "ffill" });
      expect(cells(filled, "y")).toEqual([1, 1, 3, 3, 3]); // nothing says that it is a label
      for (const labels of [["y"], ["LABEL0"]]) {
        const window = await snapshot.getHistoryWindow(null, { fields, labels, nanPolicy: "ffill" });
        expect(cells(window, "y")).toEqual([1, none, 3, none, none]);
        expect(cells(window, "twice")).toEqual([2, none, 6, none, none]);
        expect(cells(window, "pe")).toEqual([7, 7, 7, 7, 7]);
        expect(window.notes).toEqual([
          '"twice" is computed from "LABEL0", which looks ahead; if it is a label, name it in labels',
          `nanPolicy: "ffill" leaves "twice", "y" ${LEAVES}`,
        ]);
      }
    });

    it("leaves a column of a panel whose own notes say that it looks ahead", async () => {
      const computed = pv.evaluate({ ret: label });
      const snapshot = (await openSnapshot(dir)).add("daily_pv", pv).add("mine", computed);
      const fields = { y: "mine.ret", mean: "Mean($ret, 1)", close: "close" };
      const window = await snapshot.getHistoryWindow(null, { fields, nanPolicy: "ffill" });
      expect(cells(window, "y")).toEqual([1, 1, 1, none, none]);
      expect(cells(window, "mean")).toEqual([1, 1, 1, none, none]);
      expect(window.notes).toEqual([
        '"y" looks ahead; if it is a label, name it in labels',
        '"mean" is computed from "ret", which looks ahead; if it is a label, name it in labels',
        `nanPolicy: "ffill" leaves "y", "mean" ${LEAVES}`,
      ]);
    });
  });
});
