import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { ALPHA158_PARTS, alpha158 } from "#src/factors/alpha158.js";
import { alpha360 } from "#src/factors/alpha360.js";
import { factorsOf, readFactors } from "#src/factors/factor-file.js";
import type { FactorSet, OnNote } from "#src/factors/factor-set.js";
import { planTexts } from "../expression/plan-texts.js";

const fixtures = new URL("../../data-fixtures/", import.meta.url);
const json = (name: string): unknown => JSON.parse(readFileSync(new URL(name, fixtures), "utf8"));
const listed = json("alpha158.json") as { name: string; expression: string }[];
const OHLCV = ["$open", "$close", "$high", "$low", "$volume", "$factor"];

/** A factor set, and what its making said. */
function noted(make: (onNote: OnNote) => FactorSet): { expressions: FactorSet; notes: string[] } {
  const notes: string[] = [];
  return { expressions: make((note) => notes.push(note)), notes };
}

describe("alpha158", () => {
  it("is qlib's 158 factors, names, expressions and order", () => {
    const { expressions, notes } = noted((onNote) => alpha158({ onNote }));
    expect(Object.keys(expressions)).toHaveLength(158);
    expect(expressions.VWAP0).toBe("$vwap/$close");
    const rest = Object.entries(expressions).filter(([name]) => name !== "VWAP0");
    expect(rest).toEqual(listed.map(({ name, expression }) => [name, expression]));
    expect(notes).toEqual([]);
  });

  it("leaves VWAP0 out with a note where neither vwap nor amount is at hand", () => {
    const { expressions, notes } = noted((onNote) => alpha158({ fields: OHLCV, onNote }));
    expect(Object.keys(expressions)).toHaveLength(157);
    expect(notes).toEqual(['"VWAP0" left out: neither "$vwap" nor "$amount" is at hand']);
  });

  it("refuses a factor that was asked for and cannot be computed", () => {
    expect(() => alpha158({ fields: OHLCV, select: ["KLEN", "VWAP0"] })).toThrowError(
      expect.objectContaining({
        code: "bad-request",
        message: 'Alpha158: "VWAP0" cannot be computed; neither "$vwap" nor "$amount" is at hand',
      }),
    );
  });

  it("computes vwap from amount and volume, and takes vwap itself where it is there", () => {
    const { expressions, notes } = noted((onNote) => alpha158({ fields: [...OHLCV, "amount"], onNote }));
    expect(expressions.VWAP0).toBe("($amount/$volume)/$close");
    expect(notes).toEqual(['"VWAP0": "$vwap" is not at hand; computed as $amount/$volume']);
    expect(alpha158({ fields: [...OHLCV, "$vwap"] }).VWAP0).toBe("$vwap/$close");
  });

  it("follows qlib's configuration", () => {
    expect(
      alpha158({ parts: { price: { windows: [0, 2], feature: ["OPEN"] }, volume: { windows: [0, 1] } } }),
    ).toEqual({
      OPEN0: "$open/$close",
      OPEN2: "Ref($open, 2)/$close",
      VOLUME0: "$volume/($volume+1e-12)",
      VOLUME1: "Ref($volume, 1)/($volume+1e-12)",
    });
    const low = alpha158({
      parts: { rolling: { windows: [3], include: ["LOW", "IMAX"], exclude: ["IMAX"] } },
    });
    expect(low).toEqual({ MIN3: "Min($low, 3)/$close" });
    const without = alpha158({ parts: { ...ALPHA158_PARTS, rolling: { exclude: ["RANK"] } } });
    expect(Object.keys(without)).toHaveLength(153);
    expect(Object.keys(alpha158({ parts: { price: {}, volume: {} } }))).toHaveLength(30);
    expect(Object.keys(alpha158({ parts: { rolling: { windows: [5] } } }))).toHaveLength(29);
  });

  it("selects by name, and names the nearest factor", () => {
    expect(Object.keys(alpha158({ select: ["KLEN", "RESI5"] }))).toEqual(["KLEN", "RESI5"]);
    expect(() => alpha158({ select: "RESI5" as never })).toThrowError(
      'Alpha158: select: "RESI5" is not a list of names; give one such as ["close"]',
    );
    expect(() => alpha158({ select: ["RESI6O"] })).toThrowError(
      expect.objectContaining({
        code: "bad-request",
        message: 'Alpha158 has no factor "RESI6O"; did you mean "RESI60"?',
      }),
    );
  });
});

describe("alpha360", () => {
  it("is the last 60 sessions of six fields", () => {
    const expressions = alpha360();
    const names = Object.keys(expressions);
    expect(names).toHaveLength(360);
    expect([names[0], names[59], names[60], names[359]]).toEqual(["CLOSE59", "CLOSE0", "OPEN59", "VOLUME0"]);
    expect(expressions.CLOSE59).toBe("Ref($close, 59)/$close");
    expect(expressions.VOLUME1).toBe("Ref($volume, 1)/($volume+1e-12)");
    expect(planTexts(expressions).lookBack).toBe(59);
  });

  it("leaves 60 factors out without vwap", () => {
    const { expressions, notes } = noted((onNote) => alpha360({ fields: OHLCV, onNote }));
    expect(Object.keys(expressions)).toHaveLength(300);
    expect(notes).toEqual([
      '"VWAP59", "VWAP58", "VWAP57", "VWAP56", "VWAP55", "VWAP54", "VWAP53", "VWAP52" and 52 more left out: neither "$vwap" nor "$amount" is at hand',
    ]);
  });
});

describe("factor files", () => {
  it("reads alpha158_meta.json: every expression parses", () => {
    const path = "data-fixtures/catalogs/alpha158_meta.json";
    const { expressions, notes } = noted((onNote) => readFactors(path, onNote));
    expect(notes).toEqual([]);
    const known = alpha158();
    for (const [name, expression] of Object.entries(expressions)) expect(expression).toBe(known[name]);
    expect(planTexts(expressions).names).toEqual(Object.keys(expressions));
  });

  it("reads a factor catalogue and says what it left out", () => {
    const path = "data-fixtures/catalogs/factor_catalog.json";
    const { expressions, notes } = noted((onNote) => readFactors(path, onNote));
    expect(Object.keys(expressions)).toContain("CORD10");
    expect(notes.every((note) => /^\d+ factors without an expression left out: /.test(note))).toBe(true);
    expect(planTexts(expressions).lookAhead).toBe(0);
  });

  it("refuses what is no factor file", () => {
    expect(() => readFactors("no-such.json")).toThrowError(
      expect.objectContaining({ message: "no-such.json: no such file; check the path", code: "not-found" }),
    );
    expect(() => readFactors("data-fixtures/snapshot/daily_pv.h5")).toThrowError(
      expect.objectContaining({ code: "unknown-format" }),
    );
    expect(() => factorsOf([], "x.json")).toThrowError(
      expect.objectContaining({
        message: 'x.json: a factor file is { "factors": [{ "name", "expression" }] }',
      }),
    );
    expect(() => factorsOf({ factors: [{}] }, "x.json")).toThrowError(
      expect.objectContaining({ message: "x.json: factor 0 has no name", code: "bad-request" }),
    );
  });
});
