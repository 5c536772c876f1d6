import { describe, expect, it, test } from "vitest";
import { CODE_CONVENTIONS, type CodeConvention, joinPanels, openPanel } from "#src/index.js";
import { codeAs, parseCode } from "#src/names/code-conventions.js";
import { canonicalCode } from "#src/names/instrument-code.js";
import { nearestName } from "#src/names/nearest.js";

const CODES = "data-fixtures/mess/code-conventions";
const NAMES = Object.keys(CODE_CONVENTIONS) as CodeConvention[];

describe("one stock in the spelling of each source", () => {
  it.each(["joinquant", "yahoo", "choice_dash"])("%s lines up with ts codes, 30 of 30 rows", async (name) => {
    const [left, right] = [await openPanel(`${CODES}/ts.h5`), await openPanel(`${CODES}/code_${name}.h5`)];
    const { panel, ledger } = joinPanels([left, right]);
    expect(ledger.panels[1]!.used).toBe(30);
    expect(panel.notes).toEqual([]);
  });

  it.each(["bare", "ints"])("%s needs a rule, and says so; with it 30 of 30", async (name) => {
    const left = await openPanel(`${CODES}/ts.h5`);
    const path = `${CODES}/code_${name}.h5`;
    const bare = left.join(await openPanel(path));
    expect(bare.notes.join()).toContain("it spells");
    const ruled = await openPanel(path, { codes: { as: "ts", bare: "stocks" } });
    expect(joinPanels([left, ruled]).ledger.panels[1]!.used).toBe(30);
    expect((await openPanel(path, { codes: "ts" })).notes.join()).toContain(
      "name no exchange and stay as they are",
    );
  });

  it("a suggestion names no other company", async () => {
    const panel = await openPanel("data-fixtures/mess/suggests-another-stock/int_instruments.h5");
    expect(() => panel.series("SZ000001")).toThrow('did you mean "1"?');
    expect(nearestName("SZ000001", ["600000", "SH600004"])).toBeUndefined();
  });
});

test("every convention is read as every other, both ways", () => {
  for (const exchange of ["SH", "SZ", "BJ"] as const) {
    for (const from of NAMES) {
      const code = codeAs({ digits: "000001", exchange }, from);
      expect([from, parseCode(code)?.exchange]).toEqual([from, exchange]);
      for (const to of NAMES) {
        const there = codeAs(parseCode(code)!, to);
        expect(codeAs(parseCode(there)!, from)).toBe(code);
        expect(canonicalCode(there)).toBe(`${exchange}000001`);
      }
    }
  }
});

test("renaming instruments sorts the rows anew, and refuses two of one name", async () => {
  const panel = await openPanel(`${CODES}/ts.h5`);
  const renamed = panel.renameInstruments({ "600000.SH": "0" });
  expect(renamed.index.instruments[0]).toBe("0");
  expect(renamed.series("0").column("close").values).toEqual(
    panel.series("600000.SH").column("close").values,
  );
  expect(() => panel.renameInstruments(() => "one")).toThrow("repeat the (datetime, instrument) key");
  expect(() => panel.renameInstruments({ nobody: "x" })).toThrow('has no instrument "nobody"');
});
