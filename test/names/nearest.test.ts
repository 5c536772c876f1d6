import { describe, expect, it } from "vitest";
import { nearestName } from "#src/names/nearest.js";

const FIELDS = ["$open", "$close", "$high", "$low", "$volume", "$factor", "mf_net_amt"];
const CODES = ["000002.SZ", "000004.SZ", "600004.SH", "SZ000005"];

describe("the nearest name", () => {
  it.each([
    ["vol", FIELDS, "$volume"], // $low is as many letters away as the shortest names are
    ["$vol", FIELDS, "$volume"],
    ["net_amt", FIELDS, "mf_net_amt"],
    ["clsoe", FIELDS, "$close"],
    ["lo", FIELDS, "$low"],
    ["pe", [...FIELDS, "db_pe_ttm", "db_pe"], "db_pe"], // a word of it, though $open is nearer by letters
    ["net", ["netto", "mf_net_amt"], "mf_net_amt"],
    ["zzzzzzzz", FIELDS, undefined],
    ["000004", CODES, "000004.SZ"],
    ["000005", CODES, "SZ000005"],
    ["000004.SH", CODES, "000004.SZ"],
    ["Maen", ["Mean", "Max", "Mad"], "Mean"],
    ["std2", ["STD5", "STD20", "STD2_LONG"], "STD2_LONG"],
  ])("to %s", (name, known, near) => {
    expect(nearestName(name, known)).toBe(near);
  });
});
