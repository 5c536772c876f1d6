import { appendFileSync, renameSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { CsvFile } from "#src/formats/csv/csv-file.js";
import { TEXT_BYTES } from "#src/formats/csv/csv-loops.js";
import { readCsvParts } from "#src/formats/csv/read.js";
import { scratchFolder } from "../../scratch-folder.js";

const folder = scratchFolder();

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

/** Rows of three pieces: a float, a whole number and a text each. */
const ROWS = Math.ceil((3 * TEXT_BYTES) / 40);
const rowOf = (i: number) =>
  [
    `2020-01-${String((i % 28) + 1).padStart(2, "0")}`,
    `sh${i}`,
    `${i / 7}`,
    `${i}`,
    i % 5 ? `n${i % 11}` : "",
  ] as const;

function valuesOf(path: string): { x: unknown; n: unknown; name: unknown; instruments: readonly unknown[] } {
  const { columns, keys } = readCsvParts([{ path }], path, {});
  const read = (name: string) => columns.get(name)!.read(0, ROWS).values;
  return { x: read("x"), n: read("n"), name: read("name"), instruments: keys.instruments };
}

const EXPECTED = {
  x: Float64Array.from({ length: ROWS }, (_, i) => i / 7),
  n: BigInt64Array.from({ length: ROWS }, (_, i) => BigInt(i)),
  name: Array.from({ length: ROWS }, (_, i) => rowOf(i)[4] || null),
  instruments: Array.from({ length: ROWS }, (_, i) => `sh${i}`),
};

test.each([
  ["lines that end in a line feed", "\n", (i: number) => rowOf(i).join(",")],
  ["lines that end in a return and a line feed", "\r\n", (i: number) => rowOf(i).join(",")],
  [
    "a blank line in a later piece",
    "\n",
    (i: number) => `${rowOf(i).join(",")}${i === ROWS - 99 ? "\n" : ""}`,
  ],
  [
    "a quoted cell in a later piece",
    "\n",
    (i: number) =>
      rowOf(i)
        .map((c, k) => (i === ROWS - 99 && k === 1 ? `"${c}"` : c))
        .join(","),
  ],
  [
    "a separator behind the last cell of one row",
    "\n",
    (i: number) => `${rowOf(i).join(",")}${i === ROWS - 99 ? "," : ""}`,
  ],
])("rows of several pieces are read alike: %s", (_, end, line) => {
  const lines = Array.from({ length: ROWS }, (_, i) => line(i));
  const path = file("pieces.csv", ["datetime,instrument,x,n,name", ...lines].join(end));
  expect(valuesOf(path)).toEqual(EXPECTED);
});

test("a row of another length in a later piece is told with its line", () => {
  const lines = Array.from({ length: ROWS }, (_, i) => rowOf(i).join(","));
  lines[ROWS - 50] += ",1,2";
  const path = file("ragged.csv", ["datetime,instrument,x,n,name", ...lines, ""].join("\n"));
  expect(() => valuesOf(path)).toThrow(`${path}: line ${ROWS - 48} has 7 cells where the header has 5`);
});

test("columns that turn out to be of other kinds in later pieces are read anew, in two passes", () => {
  const late = (i: number, cell: string) => (i === ROWS - 1 ? cell : "1");
  const line = (i: number) =>
    [rowOf(i)[0], `sh${i}`, late(i, "0.5"), late(i, "a"), i < ROWS - 9 ? "" : "7"].join(",");
  const lines = Array.from({ length: ROWS }, (_, i) => line(i));
  const { columns } = readCsvParts(
    [{ path: file("late.csv", `datetime,instrument,x,n,late\n${lines.join("\n")}`) }],
    "late",
    {},
  );
  expect([...columns.values()].map(({ type }) => type)).toEqual(["float64", "string", "int64"]);
  const late9 = columns.get("late")!.read(ROWS - 10, ROWS);
  expect([late9.values.at(-1), late9.mask?.[0], late9.mask?.[1]]).toEqual([7n, 0, 1]);
});

test("decimal numbers are the nearest float64, as Number has them", () => {
  const digits = fc.stringMatching(/^[0-9]{1,21}$/);
  const sign = fc.constantFrom("", "-", "+");
  const exponent = fc.oneof(
    fc.constant(""),
    fc.integer({ min: -330, max: 310 }).map((n) => `e${n}`),
  );
  const written = fc
    .tuple(
      sign,
      digits,
      fc.oneof(
        fc.constant(""),
        digits.map((d) => `.${d}`),
      ),
      exponent,
    )
    .map((all) => all.join(""));
  const bits = fc
    .bigInt({ min: 0n, max: 2n ** 64n - 1n })
    .map((n) => new Float64Array(BigUint64Array.of(n).buffer)[0]!);
  // Exactly between two float64, and one digit off it.
  const halfway = fc
    .tuple(
      fc.bigInt({ min: 2n ** 52n, max: 2n ** 53n - 1n }),
      fc.integer({ min: -1, max: 1 }),
      fc.integer({ min: 0, max: 9 }),
    )
    .map(([n, off, by]) => `${(2n * n + 1n) * 2n ** BigInt(by) + BigInt(off)}`);
  const text = fc.oneof(
    written,
    bits.filter(Number.isFinite).map(String),
    halfway,
    fc.float({ noNaN: true, noDefaultInfinity: true }).map(String),
  );
  fc.assert(
    fc.property(fc.array(text, { minLength: 1, maxLength: 60 }), (texts) => {
      const lines = [...texts, "0.5"].map((number, i) => `2020-01-02,s${i},${number}`);
      const path = file("numbers.csv", `datetime,instrument,x\n${lines.join("\n")}\n`);
      const x = readCsvParts([{ path }], path, {}).columns.get("x")!;
      expect(x.type).toBe("float64");
      expect([...(x.read(0, texts.length).values as Float64Array)]).toEqual(texts.map(Number));
    }),
    { seed: 25, numRuns: 150 },
  );
});

const head = "datetime,instrument,x\n2020-01-02,a,1\n";

test.each<[string, (path: string) => void]>([
  ["appended to", (path) => appendFileSync(path, "2020-01-03,a,2\n")],
  [
    "rewritten in place, with size and time as they were",
    (path) => {
      const { atime, mtime } = statSync(path);
      writeFileSync(path, head.replace(",1", ",9"));
      utimesSync(path, atime, mtime);
    },
  ],
])("a file that is %s while it is read has changed", (_, change) => {
  const path = file("changed.csv", head);
  const text = new CsvFile(path, undefined).lines(Buffer.alloc(64));
  text.next();
  change(path);
  expect(() => [...text]).toThrow(expect.objectContaining({ code: "changed" }));
});

test("a file that is replaced between two passes has changed", () => {
  const path = file("replaced.csv", head);
  const text = new CsvFile(path, undefined);
  for (const piece of text.lines(Buffer.alloc(64))) expect(piece.toString()).toBe(head);
  renameSync(file("other.csv", head), path);
  expect(() => [...text.lines(Buffer.alloc(64))]).toThrow(expect.objectContaining({ code: "changed" }));
});
