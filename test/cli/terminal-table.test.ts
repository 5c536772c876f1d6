import { describe, expect, it } from "vitest";
import type { NamedColumn } from "#src/cli/cell-texts.js";
import { terminalTable } from "#src/cli/terminal-table.js";
import { Column } from "#src/columns/column.js";

/** Columns a, b, c … of the numbers 0, 1, 2 …, and which of their rows were read. */
function numbered(names: string, rows: number): { columns: NamedColumn[]; reads: string[] } {
  const reads: string[] = [];
  const columns = [...names].map((name): NamedColumn => {
    const all = Column.of(
      "int32",
      Int32Array.from({ length: rows }, (_, row) => row),
    );
    const read = (first: number, last: number) => {
      reads.push(`${name} ${first}..${last}`);
      return all.read(first, last);
    };
    return [name, { type: "int32", read }];
  });
  return { columns, reads };
}

describe("a table in a terminal", () => {
  it("is whole where it fits", () => {
    expect(terminalTable(numbered("ab", 2).columns, 2, 4)).toBe("a  b\n0  0\n1  1\n");
    expect(terminalTable(numbered("ab", 0).columns, 0, 4)).toBe("a  b\n");
    expect(terminalTable(numbered("a", 40).columns, 40, 80).split("\n")).toHaveLength(42);
  });

  it("shows the ends of a long one, and reads nothing else", () => {
    const { columns, reads } = numbered("a", 9000);
    const lines = terminalTable(columns, 9000, 80).split("\n");
    expect(lines.slice(19, 24)).toEqual(["  18", "  19", "   …", "8980", "8981"]);
    expect(lines.at(-2)).toBe('40 of 9,000 rows; all with "| less -S", or --format csv');
    expect(reads).toEqual(["a 0..20", "a 8980..9000"]);
  });

  it("shows the ends of a wide one, the keys before all", () => {
    const lines = (width: number) => terminalTable(numbered("abcdefgh", 1).columns, 1, width).split("\n");
    expect(lines(22)).toEqual(["a  b  c  d  e  f  g  h", "0  0  0  0  0  0  0  0", ""]);
    expect(lines(21).slice(0, 2)).toEqual(["a  b  c  …  f  g  h", "0  0  0  …  0  0  0"]);
    expect(lines(16)[0]).toBe("a  b  c  …  g  h");
    expect(lines(16)[3]).toBe('5 of 8 columns; all with "| less -S", or --format csv');
    expect(lines(1)[0]).toBe("a  …");
  });
});
