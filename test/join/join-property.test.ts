import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { joinPanels } from "#src/join/join-panels.js";
import type { MatchCounts } from "#src/join/match-audit.js";
import { propertyRuns } from "../property-runs.js";
import { type NaiveRow, naiveJoin, rowsOf, type Table, tableArbitrary } from "./join-tables.js";

const hows = ["left", "inner", "outer", "right"] as const;
const total = (reasons: MatchCounts["leftOnlyBecause"]) =>
  Object.values(reasons).reduce((sum, count) => sum + count, 0);

/** Two to four tables; sometimes two with the same keys. */
const tables: fc.Arbitrary<Table[]> = fc
  .tuple(tableArbitrary("a"), tableArbitrary("b"), tableArbitrary("c"), tableArbitrary("d"))
  .chain((four) => fc.integer({ min: 1, max: 4 }).map((count) => four.slice(0, count)));

describe.each(hows)("%s joins", (how) => {
  it("have the keys and cells of a naive join, whatever the spelling", () => {
    fc.assert(
      fc.property(tables, (some) => {
        const { panel } = joinPanels(
          some.map((table) => table.panel),
          { how },
        );
        expect(rowsOf(panel)).toEqual(naiveJoin(some, how));
        panel.load();
        expect(rowsOf(panel)).toEqual(naiveJoin(some, how));
        for (const { panel: one } of some) {
          for (const name of one.columnNames) expect(panel.column(name).type).toBe(one.column(name).type);
        }
        const { instruments, datetimes } = panel.index;
        expect([...instruments]).toEqual([...new Set(instruments)].sort());
        expect([...datetimes]).toEqual([...new Set(datetimes)].sort((a, b) => (a < b ? -1 : 1)));
      }),
      propertyRuns(501, 100),
    );
  });

  it("are windowed before they are read", () => {
    fc.assert(
      fc.property(tables, fc.nat(), fc.nat(), fc.integer({ min: 1, max: 4 }), (some, a, b, bars) => {
        const expected = naiveJoin(some, how);
        const { panel } = joinPanels(
          some.map((table) => table.panel),
          { how },
        );
        if (expected.length === 0) return;
        const at = (i: number): NaiveRow => expected[i % expected.length]!;
        const start = at(a).ns;
        const { instrument } = at(b);
        const later = expected.filter((row) => row.ns >= start);
        expect(rowsOf(panel.window({ start }))).toEqual(later);
        const own = later.filter((row) => row.instrument === instrument);
        expect(rowsOf(panel.window({ start, universe: [instrument] }))).toEqual(own);
        const lastOwn = expected.filter((row) => row.instrument === instrument).slice(-bars);
        expect(rowsOf(panel.window({ bars, universe: [instrument] }))).toEqual(lastOwn);
      }),
      propertyRuns(502, 60),
    );
  });

  it("have ledgers that add up", () => {
    fc.assert(
      fc.property(tables, (some) => {
        const { panel, ledger } = joinPanels(
          some.map((table) => table.panel),
          { how },
        );
        expect(ledger.rows).toBe(panel.rowCount);
        expect(ledger.columns).toEqual(panel.columnNames);
        for (const account of ledger.panels) {
          expect(account.used + account.dropped).toBe(account.rows);
          expect(account.used + account.missing).toBe(panel.rowCount);
        }
        for (const [i, match] of ledger.matches.entries()) {
          const [left, right] = [some[0]!, some[i + 1]!];
          expect(match.matched).toBe(naiveJoin([left, right], "inner").length);
          expect(match.matched + match.leftOnly).toBe(left.rows.length);
          expect(match.matched + match.rightOnly).toBe(right.rows.length);
          for (const entries of [[match], match.bySession(), match.byInstrument()]) {
            for (const entry of entries) {
              expect(total(entry.leftOnlyBecause)).toBe(entry.leftOnly);
              expect(total(entry.rightOnlyBecause)).toBe(entry.rightOnly);
            }
            const sum = (field: "matched" | "leftOnly" | "rightOnly") =>
              entries.reduce((so, entry) => so + entry[field], 0);
            expect([sum("matched"), sum("leftOnly"), sum("rightOnly")]).toEqual([
              match.matched,
              match.leftOnly,
              match.rightOnly,
            ]);
          }
        }
        expect(JSON.parse(JSON.stringify(ledger))).toEqual(ledger.toJSON());
      }),
      propertyRuns(503, 60),
    );
  });

  it("introduce as many missing cells as the ledger says", () => {
    fc.assert(
      fc.property(tables, (some) => {
        const { panel, ledger } = joinPanels(
          some.map((table) => table.panel),
          { how },
        );
        const keysOf = (rows: readonly NaiveRow[]) =>
          new Set(rows.map((row) => `${row.ns} ${row.instrument}`));
        const result = naiveJoin(some, how);
        for (const table of some) {
          // Under the result's own spelling: the keys that a left join of the result with the table keeps whole.
          const spelled = keysOf(naiveJoin([{ panel, rows: result }, table], "inner"));
          const without = result.filter((row) => !spelled.has(`${row.ns} ${row.instrument}`)).length;
          for (const name of table.panel.columnNames) expect(ledger.missingIntroduced[name]).toBe(without);
        }
      }),
      propertyRuns(504, 40),
    );
  });
});
