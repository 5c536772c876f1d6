import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { root } from "./built-package.js";
import { circles, sourceFiles, sourceImports } from "./source-imports.js";

/** The rooms of `src` from the ground up; what stands on one floor may import each other, but not in a circle. */
const FLOORS: readonly (readonly string[])[] = [
  ["errors", "time", "search", "crypto", "shared-memory", "files", "text", "names", "simd"],
  ["columns"],
  ["cache", "formats"],
  ["keys"],
  ["align", "universe"],
  ["panel"],
  ["expression", "factors", "join", "verbs"],
  ["open"],
  ["sql", "interop"],
  ["snapshot", "sample"],
  ["report"],
  ["factor-checks"],
  ["workflow"],
  ["training"],
  ["backtest"],
  ["research"],
  ["server"],
  ["entries"],
  ["cli"],
];
const ENTRIES = new Set(["index.ts", "training.ts", "backtest.ts", "research.ts"]);

/** Imports that run up, each with its reason. */
const UP: ReadonlyMap<string, string> = new Map([
  [
    "panel/panel-verbs.ts → expression",
    "panel.evaluate: methods call verbs, which know Panel as a type only",
  ],
  ["panel/panel-output.ts → verbs", "panel.pivot and panel.melt: as above"],
  ["panel/panel-verbs.ts → join", "panel.join: as above"],
  ["panel/panel-verbs.ts → verbs", "panel.resample and its like: as above"],
  ["panel/panel.ts → sql", "panel.sql: loaded when it is called"],
  ["panel/panel-output.ts → report", "panel.plot: loaded when it is called"],
]);

const MOST_LINES = 400;

describe("the house", () => {
  const src = join(root, "src");
  const files = sourceFiles(src);
  const imports = sourceImports(src, files);
  /** The room of a file; an entry, such as `index.ts` or `training.ts`, stands for itself. */
  const roomOf = (file: string) => (ENTRIES.has(file) ? "entries" : file.split("/")[0]!.replace(/\.ts$/, ""));

  it("has a floor for every room", () => {
    const known = new Set(FLOORS.flat());
    expect([...new Set([...files.keys()].map(roomOf))].filter((room) => !known.has(room))).toEqual([]);
  });

  it("has imports that run down the floors, but for those that are listed", () => {
    const floorOf = new Map(FLOORS.flatMap((rooms, floor) => rooms.map((room) => [room, floor] as const)));
    const up = imports
      .filter(({ from, to }) => floorOf.get(roomOf(to))! > floorOf.get(roomOf(from))!)
      .map(({ from, to }) => `${from} → ${roomOf(to)}`);
    expect([...new Set(up)].sort()).toEqual([...UP.keys()].sort());
  });

  it("has no circle of imports of values", () => {
    expect(circles(imports.filter(({ kind }) => kind === "value"))).toEqual([]);
  });

  it("has no file that is too long to be read in one sitting", () => {
    const long = [...files].filter(([, text]) => text.trimEnd().split("\n").length > MOST_LINES);
    expect(long.map(([name]) => name)).toEqual([]);
  });

  it("would be found out of order", () => {
    const circle = [
      { from: "a.ts", to: "b.ts", kind: "value" },
      { from: "b.ts", to: "c.ts", kind: "value" },
      { from: "c.ts", to: "a.ts", kind: "value" },
      { from: "c.ts", to: "d.ts", kind: "value" },
    ] as const;
    expect(circles(circle)).toEqual([["a.ts", "b.ts", "c.ts"]]);
    expect(imports.length).toBeGreaterThan(files.size);
    expect(imports).toContainEqual({ from: "panel/panel.ts", to: "sql/panel-sql.ts", kind: "later" });
    expect(imports).toContainEqual({ from: "panel/notes.ts", to: "names/field.ts", kind: "value" });
    expect(imports).toContainEqual({ from: "join/join-panels.ts", to: "panel/panel.ts", kind: "type" });
  });
});
