import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { panelFromColumns } from "#src/index.js";
import { readInstrumentList } from "#src/universe/instrument-list.js";
import { memberRows } from "#src/universe/member-rows.js";
import { scratchFolder } from "../scratch-folder.js";

const dir = scratchFolder();

function listOf(text: string) {
  const path = join(dir, "one.txt");
  writeFileSync(path, text);
  return readInstrumentList(path);
}

const days = ["2020-01-01", "2020-01-02", "2020-01-03", "2020-01-06", "2020-01-07"];
const { index } = panelFromColumns({
  datetime: days.flatMap((day) => [day, day]),
  instrument: days.flatMap(() => ["000001.SZ", "600000.SH"]),
  columns: { x: days.flatMap(() => [1, 2]) },
});

describe("instrument lists", () => {
  it("hold dated spans, both ends inclusive, whose members are checked on each day", () => {
    const list = listOf(
      "SZ000001\t2020-01-02\t2020-01-03\nsh600000\t2020-01-03\nSZ000001\t2020-01-07\t2021-01-01\n",
    );
    const { rows, spans, unknown } = memberRows(index, list, 0, 5);
    expect([...rows]).toEqual([2, 4, 5, 7, 8, 9]);
    expect([...spans]).toEqual([0, 0, 2, 2, 1, 2]);
    expect(unknown).toEqual([]);
  });

  it("count spans that overlap as one, and those that touch as two", () => {
    const overlap = listOf("000001.SZ\t2020-01-01\t2020-01-03\n000001.SZ\t2020-01-02\t2020-01-06\n");
    expect([...memberRows(index, overlap, 0, 5).spans]).toEqual([0, 0, 0, 0]);
    const touch = listOf("000001.SZ\t2020-01-01\t2020-01-02\n000001.SZ\t2020-01-03\t2020-01-06\n");
    expect([...memberRows(index, touch, 0, 5).spans]).toEqual([0, 0, 1, 1]);
  });

  it("look at the asked-for sessions only, spans that began before included", () => {
    const list = listOf("000001.SZ\t2020-01-01\t2020-01-06\n600000.SH\t2019-01-01\t2019-12-31\n");
    expect([...memberRows(index, list, 2, 5).rows]).toEqual([4, 6]);
    expect([...memberRows(index, list, 5, 5).rows]).toEqual([]);
  });

  it("may have no dates, blank lines, Windows line ends and codes the panel lacks", () => {
    const list = listOf("000001.SZ\r\n\r\n999999.SZ\t2020-01-01\t2020-01-02\r\n");
    const { rows, unknown } = memberRows(index, list, 0, 5);
    expect([...rows]).toEqual([0, 2, 4, 6, 8]);
    expect(unknown).toEqual(["999999.SZ"]);
  });

  it("are not the caller's to change, as the next window is planned by the same", () => {
    const list = listOf("000001.SZ\t2020-01-01\t2020-01-06\n");
    expect([list, list.spans, list.spans[0]].every(Object.isFrozen)).toBe(true);
    expect(() => {
      (list.spans as unknown[]).length = 0;
    }).toThrow(TypeError);
  });

  it("name the line that is wrong", () => {
    const path = join(dir, "one.txt");
    expect(() => listOf("000001.SZ\t2020-01-01\t2020-01-02\n000001.SZ\t2020-13-01\n")).toThrow(
      `${path}: line 2 has "2020-13-01" where a date is expected`,
    );
    expect(() => listOf("000001.SZ\t2020-01-02\t2020-01-01\n")).toThrow(
      `${path}: line 1 ends on 2020-01-01, before it starts on 2020-01-02`,
    );
    expect(() => listOf("\t2020-01-02\n")).toThrow(`${path}: line 1 does not begin with an instrument code`);
    expect(() => readInstrumentList(join(dir, "none.txt"))).toThrowError(
      expect.objectContaining({
        code: "not-found",
        message: expect.stringMatching(/none\.txt: no such file/),
      }),
    );
  });
});
