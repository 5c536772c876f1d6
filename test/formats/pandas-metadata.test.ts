import { expect, it } from "vitest";
import { layOut, parsePandasMetadata } from "#src/formats/pandas-metadata.js";
import type { KeyKind } from "#src/names/key-columns.js";

function refusal(kinds: Readonly<Record<string, KeyKind>>, index: readonly string[]): string {
  const pandas = parsePandasMetadata(JSON.stringify({ index_columns: index }));
  const typeOf = (field: string) => (kinds[field] === "time" ? "TIMESTAMP" : "VARCHAR");
  try {
    layOut(Object.keys(kinds), (field) => kinds[field], typeOf, pandas, "a.parquet");
  } catch (error) {
    return (error as Error).message;
  }
  return "none";
}

it("times as text in the index are read", () => {
  const kinds = { x: undefined, instrument: "name", datetime: "name" } as const;
  expect(refusal(kinds, ["instrument", "datetime"])).toBe("none");
  expect(refusal({ datetime: "name", instrument: "name" }, [])).toBe("none");
});

it("a table whose index is times alone is to be stacked, or its instruments to be added", () => {
  const kinds = { "000001.SZ": undefined, "600000.SH": undefined, datetime: "time" } as const;
  expect(refusal(kinds, ["datetime"])).toBe(
    'a.parquet: no key instrument (text or whole numbers); its columns are "000001.SZ", "600000.SH", "datetime", its index "datetime"; ' +
      '"datetime" has the type TIMESTAMP; in pandas, df.stack().rename_axis(["datetime", "instrument"]).to_frame("close")',
  );
});

it("a table without keys says how they are named", () => {
  expect(refusal({ when: "time", who: "name" }, [])).toMatch(
    /; say which columns they are, with openPanel\(path, \{ keys: \{ datetime: "…", instrument: "…" \} \}\) or --datetime and --instrument$/,
  );
});
