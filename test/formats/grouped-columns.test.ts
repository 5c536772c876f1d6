import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { layOut, parsePandasMetadata } from "#src/formats/pandas-metadata.js";
import { openPanel } from "#src/open/open-panel.js";
import { panelFromColumns } from "#src/open/panel-from-columns.js";
import { scratchFolder } from "../scratch-folder.js";

const EDGE = "data-fixtures/edge";
const folder = scratchFolder();

/** pandas' frame with the columns ("feature", "mom") and ("label", "mom"). */
describe.each(["fixed.h5", "parquet", "feather"])("one name in two groups: %s", (ending) => {
  const path = `${EDGE}/tupdup.${ending}`;
  const groups = new Map([
    ["feature/mom", "feature"],
    ["label/mom", "label"],
  ]);

  test("the columns carry the group, on disk and in memory", async () => {
    const panel = await openPanel(path);
    expect(panel.columnNames).toEqual(["feature/mom", "label/mom"]);
    expect(panel.info.groups).toEqual(groups);
    expect(["feature/mom", "label/mom"].map((name) => panel.column(name).type)).toEqual([
      "float32",
      "float64",
    ]);
    await expect(openPanel(path, { columns: ["mom"] })).rejects.toThrow(
      `unknown field "mom" in ${path}; it has "feature/mom", "label/mom"`,
    );
  });

  test("a group asks for its columns", async () => {
    expect((await openPanel(path, { columns: ["label"] })).columnNames).toEqual(["label/mom"]);
    const panel = await openPanel(path);
    expect(panel.window({ fields: ["label", "feature/mom"] }).columnNames).toEqual([
      "label/mom",
      "feature/mom",
    ]);
  });

  test.each(["h5", "parquet", "arrow"])("ours to ours: .%s", async (extension) => {
    const target = join(folder, `${ending}.${extension}`);
    const panel = await openPanel(path);
    await panel.write(target);
    for (const back of [await openPanel(target), await openPanel(target, { cache: join(folder, "cache") })]) {
      expect(back.columnNames).toEqual(panel.columnNames);
      expect(back.info.groups).toEqual(groups);
      for (const name of panel.columnNames) {
        expect(back.column(name).values).toEqual(panel.column(name).values);
      }
    }
    const cached = await openPanel(target, { cache: join(folder, "cache"), columns: ["label"] });
    expect(cached.columnNames).toEqual(["label/mom"]);
  });
});

test("names that occur once are found by name, by group/name and by group, and carry the name asked by", async () => {
  for (const path of ["two_level_columns.parquet", "two_level_columns.feather"]) {
    const open = (columns: string[]) => openPanel(`data-fixtures/formats/${path}`, { columns });
    const whole = await openPanel(`data-fixtures/formats/${path}`);
    const [group] = new Set(whole.info.groups!.values());
    expect(group).toBe("feature");
    expect((await open(["feature/f64", "close"])).columnNames).toEqual(["feature/f64", "close"]);
    expect((await open(["feature/close"])).column("feature/close").values).toEqual(
      whole.column("$close").values,
    );
    const features = whole.columnNames.filter((name) => whole.info.groups!.get(name) === "feature");
    expect((await open(["feature"])).columnNames).toEqual(features);
    expect(whole.window({ fields: ["feature/f64"] }).column("feature/f64").values).toEqual(
      whole.column("f64").values,
    );
    expect(whole.hasField("feature/f64")).toBe(true);
    await expect(open(["featur"])).rejects.toThrow('unknown field "featur"');
    expect(() => whole.column("feature")).toThrow('unknown field "feature"');
  }
});

test.each(["parquet", "arrow"])(
  "names keep control characters, and the look of a tuple: .%s",
  async (extension) => {
    const path = join(folder, `names.${extension}`);
    const groups = new Map([["n\nl\t'\\\u0085", "feature"]]);
    const one = panelFromColumns({ datetime: ["2020-01-02"], instrument: ["a"], columns: { x: [1] } });
    const grouped = (await openPanel(`${EDGE}/tupdup.parquet`, { columns: ["feature"] })).rename({
      "feature/mom": "n\nl\t'\\\u0085",
    });
    await grouped.write(path);
    const back = await openPanel(path);
    expect([back.columnNames, back.info.groups]).toEqual([[...groups.keys()], groups]);
    await one.rename({ x: "('g', 'n')" }).write(path);
    const flat = await openPanel(path);
    expect([flat.columnNames, flat.info.groups]).toEqual([["('g', 'n')"], undefined]);
  },
);

test("what Python's repr escapes in a two-part name is read", () => {
  const name = String.raw`('fe\x07', 'a\n\'\\\u2028\U0001f680')`;
  const json = JSON.stringify({ column_indexes: [{}, {}], columns: [{ name, field_name: "x" }] });
  const kinds = new Map<string, "time" | "name">([
    ["datetime", "time"],
    ["instrument", "name"],
  ]);
  const { columns } = layOut(
    ["datetime", "instrument", "x"],
    (field) => kinds.get(field),
    () => "",
    parsePandasMetadata(json),
    "a file",
  );
  expect(columns).toMatchObject([{ field: "x", name: "a\n'\\\u2028🚀", group: "fe\x07" }]);
});
