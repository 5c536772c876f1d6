import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { importBuilt, requireBuild, root } from "./built-package.js";

// A change here is a change for every caller: it belongs in CHANGELOG.md, and a removal in a major version.
describe("the public surface", () => {
  it("has these values", async () => {
    expect(Object.keys(await importBuilt()).sort()).toMatchInlineSnapshot(`
      [
        "Column",
        "DataServiceError",
        "Panel",
        "alpha158",
        "alpha360",
        "appendSessions",
        "asofJoin",
        "clearCache",
        "convertFile",
        "describePanel",
        "explainExpression",
        "fromArquero",
        "fromDanfo",
        "fromPolars",
        "getHistoryWindow",
        "joinPanels",
        "ledgerOf",
        "listCache",
        "openPanel",
        "openSnapshot",
        "panelFromArrow",
        "panelFromColumns",
        "printTree",
        "readFactors",
        "survivorship",
        "toArquero",
        "toDanfo",
        "toPolars",
        "writeQlibBin",
      ]
    `);
  });

  it("has these types besides", async () => {
    requireBuild();
    const values = new Set(Object.keys(await importBuilt()));
    const declarations = readFileSync(join(root, "dist", "index.d.ts"), "utf8");
    const lists = [...declarations.matchAll(/export (?:type )?\{([^}]*)\}/g)].flatMap(([, list = ""]) =>
      list.split(","),
    );
    const names = lists.map((item) =>
      item
        .trim()
        .replace(/^type /, "")
        .replace(/^.* as /, ""),
    );
    expect(declarations).not.toMatch(/export \*/);
    expect(names.filter((name) => name !== "" && !values.has(name)).sort()).toMatchInlineSnapshot(`
      [
        "Adjust",
        "Alpha158Options",
        "ArqueroModule",
        "ArqueroTable",
        "AsofOptions",
        "CacheEntry",
        "Cell",
        "ColumnType",
        "ColumnValues",
        "ColumnsInput",
        "ConvertOptions",
        "DanfoFrame",
        "DanfoModule",
        "DurationInput",
        "ErrorCode",
        "ErrorDetails",
        "Explanation",
        "ExpressionTree",
        "FactorChoice",
        "FactorSet",
        "FieldPattern",
        "FieldsOptions",
        "FromArrowOptions",
        "HistoryRequest",
        "InstrumentList",
        "InstrumentMatch",
        "JoinLedger",
        "JoinOptions",
        "JoinResult",
        "LedgerJson",
        "MatchAudit",
        "MatchCounts",
        "Matrix",
        "MemberSpan",
        "OpenOptions",
        "PanelAccount",
        "PanelDescription",
        "PanelEvaluateOptions",
        "PanelIndex",
        "PanelInfo",
        "PanelRow",
        "PanelWindowRequest",
        "PolarsFrame",
        "PolarsModule",
        "Progress",
        "RealtimeRequest",
        "Reason",
        "ReasonCounts",
        "RequestAccount",
        "RequestExplanation",
        "RowKey",
        "SessionMatch",
        "SkippedFile",
        "Snapshot",
        "SnapshotField",
        "SnapshotOptions",
        "SnapshotPanel",
        "SnapshotUniverse",
        "SqlOptions",
        "SqlResult",
        "SqlValue",
        "Survivorship",
        "ThreadedEvaluateOptions",
        "TimeInput",
        "WriteQlibOptions",
      ]
    `);
  });

  it("gives a Panel these members", async () => {
    const { panelFromColumns } = await importBuilt();
    const panel = panelFromColumns({
      datetime: ["2020-01-02"],
      instrument: ["000001.SZ"],
      columns: { close: [1] },
    });
    expect(membersOf(panel)).toMatchInlineSnapshot(`
      [
        "appendSessions",
        "column",
        "columnNames",
        "crossSection",
        "evaluate",
        "evaluateInThreads",
        "explainExpression",
        "fieldName",
        "hasField",
        "index",
        "info",
        "join",
        "keyAt",
        "label",
        "load",
        "notes",
        "rename",
        "rowCount",
        "rowOf",
        "select",
        "series",
        "sql",
        "table",
        "take",
        "toArrow",
        "toRows",
        "toString",
        "unknownInstruments",
        "unstack",
        "window",
        "withColumns",
        "write",
      ]
    `);
  });

  it("gives a Column these members", async () => {
    const { panelFromColumns } = await importBuilt();
    const panel = panelFromColumns({
      datetime: ["2020-01-02"],
      instrument: ["000001.SZ"],
      columns: { close: [1] },
    });
    expect(membersOf(panel.column("close"))).toMatchInlineSnapshot(`
      [
        "at",
        "countMissing",
        "fill",
        "gather",
        "length",
        "loaded",
        "mask",
        "origin",
        "read",
        "reorder",
        "slice",
        "take",
        "type",
        "values",
      ]
    `);
  });
});

/** Own and inherited names, the constructor and Object's own left out. */
function membersOf(object: object): string[] {
  const prototype: object = Object.getPrototypeOf(object);
  const names = [...Object.getOwnPropertyNames(object), ...Object.getOwnPropertyNames(prototype)];
  return names.filter((name) => name !== "constructor").sort();
}
