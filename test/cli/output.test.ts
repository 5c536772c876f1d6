import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { writeColumns } from "#src/cli/output.js";
import { Column } from "#src/columns/column.js";
import type { ColumnSource } from "#src/columns/table.js";

const ROWS = 10_000;

/** A column of row numbers that lies in no memory, and how often it was read. */
function counted(): { column: Column; reads: [first: number, last: number][] } {
  const reads: [number, number][] = [];
  const source: ColumnSource = {
    type: "float64",
    length: ROWS,
    read: (first, last) => {
      reads.push([first, last]);
      return { values: Float64Array.from({ length: last - first }, (_, i) => first + i) };
    },
    gather: (rows) => ({ values: Float64Array.from(rows) }),
  };
  return { column: Column.from(source), reads };
}

describe("printing columns that are in a file", () => {
  let written: string[] = [];
  beforeEach(() => {
    written = [];
    vi.spyOn(process.stdout, "write").mockImplementation((text) => {
      written.push(String(text));
      return true;
    });
  });
  afterEach(() => vi.restoreAllMocks());

  it.each(["csv", "json", "table"] as const)("reads blocks of rows and prints each: %s", async (format) => {
    const { column, reads } = counted();
    await writeColumns([["n", column]], ROWS, format);
    expect(reads).toEqual([
      [0, 4096],
      [4096, 8192],
      [8192, ROWS],
    ]);
    const text = written.join("");
    const numbers = Array.from({ length: ROWS }, (_, row) => row);
    if (format === "json") expect(JSON.parse(text)).toEqual(numbers.map((n) => ({ n })));
    else expect(text.trimEnd().split("\n").slice(1).map(Number)).toEqual(numbers);
    expect(Math.max(...written.map((piece) => piece.length))).toBeLessThan(text.length / 2);
  });

  it("widens a table where later rows need it, and prints the header of an empty one", async () => {
    const { column } = counted();
    await writeColumns([["n", column]], ROWS, "table");
    const lines = written.join("").trimEnd().split("\n");
    expect([lines[0], lines[1], lines[4097]]).toEqual(["   n", "   0", "4096"]);
    written = [];
    await writeColumns([["n", Column.of("float64", new Float64Array(0))]], 0, "table");
    expect(written.join("")).toBe("n\n");
  });
});

describe("printing a table in a terminal", () => {
  it.each([
    ["shows the ends", 80, 45],
    ["shows all where the terminal does not tell its width", 0, ROWS + 2],
  ])("%s", async (_, columns, lines) => {
    const { isTTY, columns: before } = process.stdout;
    Object.assign(process.stdout, { isTTY: true, columns });
    const written: string[] = [];
    const write = vi
      .spyOn(process.stdout, "write")
      .mockImplementation((text) => written.push(String(text)) > 0);
    try {
      await writeColumns([["n", counted().column]], ROWS, "table");
    } finally {
      write.mockRestore();
      Object.assign(process.stdout, { isTTY, columns: before });
    }
    expect(written.join("").split("\n")).toHaveLength(lines);
  });
});

describe("single cells of a column in a file", () => {
  it("are read alone, and from a loop over the rows in blocks", () => {
    const { column, reads } = counted();
    expect([column.at(5), column.at(9999), column.at(ROWS)]).toEqual([5, 9999, null]);
    expect(reads).toEqual([
      [5, 6],
      [9999, 10_000],
    ]);
    const cells = Array.from({ length: ROWS }, (_, row) => column.at(row));
    expect(cells).toEqual(Array.from({ length: ROWS }, (_, row) => row));
    expect(reads.length).toBeLessThan(20);
    expect(column.loaded).toBe(false);
  });
});
