import { expect, it } from "vitest";
import { type KeyKind, layOut, parsePandasMetadata } from "#src/formats/pandas-metadata.js";

function refusal(kinds: Readonly<Record<string, KeyKind>>, index: readonly string[]): string {
  const pandas = parsePandasMetadata(JSON.stringify({ index_columns: index }));
  const typeOf = (field: string) => (kinds[field] === "datetime" ? "TIMESTAMP" : "VARCHAR");
  try {
    layOut(Object.keys(kinds), (field) => kinds[field], typeOf, pandas, "a.parquet");
  } catch (error) {
    return (error as Error).message;
  }
  return "none";
}

it("times as text in the index are to be parsed", () => {
  const kinds = { x: undefined, instrument: "instrument", datetime: "instrument" } as const;
  expect(refusal(kinds, ["instrument", "datetime"])).toBe(
    'a.parquet: no key datetime (a timestamp or date); its columns are "x", "instrument", "datetime", its index "instrument", "datetime"; "datetime" has the type VARCHAR; ' +
      "write it in pandas after df.index = df.index.set_levels(pd.to_datetime(df.index.levels[1]), level=1)",
  );
});

it("a table whose index is times alone is to be stacked, or its instruments to be added", () => {
  const kinds = { "000001.SZ": undefined, "600000.SH": undefined, datetime: "datetime" } as const;
  expect(refusal(kinds, ["datetime"])).toBe(
    'a.parquet: no key instrument (a string); its columns are "000001.SZ", "600000.SH", "datetime", its index "datetime"; ' +
      'write it in pandas as df.stack().rename_axis(["datetime", "instrument"]).to_frame("close") where each column is an instrument, else df.set_index("instrument", append=True)',
  );
});

it("a table without an index is to be given one", () => {
  expect(refusal({ datetime: "instrument", instrument: "instrument" }, [])).toMatch(
    /; write it in pandas with the index df\.set_index\(\["datetime", "instrument"\]\)$/,
  );
});
