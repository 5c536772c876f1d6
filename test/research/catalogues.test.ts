import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readYaml } from "#src/research/backfill/read-yaml.js";
import { readCatalogue } from "#src/research/catalogues/read-catalogue.js";
import { artifactId, expressionKey, fileId, modelId, strategyId, workspaceId } from "#src/research/ids.js";
import { CatalogueScanner } from "#src/research/json/catalogue-scanner.js";
import { API_STYLE, PYTHON_STYLE, printJson, pythonFloat } from "#src/research/json/print-json.js";
import { type PythonObject, parsePythonJson, plainJson } from "#src/research/json/python-json.js";
import { canonicalPath, mappedPath, parsePathMap } from "#src/research/path-map.js";
import { utcMicroseconds, utcText } from "#src/research/registry/utc-time.js";
import { propertyRuns } from "../property-runs.js";
import { scratchFolder } from "../scratch-folder.js";
import { FIXTURES, fixtureJson } from "./research-fixtures.js";

const scratch = scratchFolder();

async function drained(path: string): Promise<number> {
  let count = 0;
  for await (const _ of readCatalogue(path, "factors")) count++;
  return count;
}

describe("a catalogue file", () => {
  it("is read record by record, NaN and all", async () => {
    const records = [];
    for await (const record of readCatalogue(
      join(FIXTURES, "RDagentDB/aistock/loop_catalog.json"),
      "loops",
    )) {
      records.push(record);
    }
    expect(records).toHaveLength(14);
    expect(records.every(({ problem }) => problem === undefined)).toBe(true);
    expect(records.filter(({ text }) => text.includes("NaN")).length).toBeGreaterThan(0);
  });

  it("says of each record what is odd, and goes on", async () => {
    const path = join(scratch, "odd.json");
    writeFileSync(
      path,
      '{"factors": [{"name": "a", "own": {"0": 1.0}}, 7, {nope}, {"name": "b", "tags": 3}, {"source": "x"}]}',
    );
    const problems = [];
    for await (const { position, problem, record } of readCatalogue(path, "factors")) {
      problems.push([position, problem, record?.name]);
    }
    expect(problems).toEqual([
      [0, undefined, "a"],
      [1, "it is not an object", undefined],
      [2, expect.stringContaining("it is not JSON"), undefined],
      [3, "tags is a number, not a list", "b"],
      [4, "name is missing", undefined],
    ]);
  });

  it.each(["", "null", "[1]", '{"factors": 1}', '{"factors": [1', "<html>", '{"factors"; []}'])(
    "%j is none",
    async (text) => {
      const path = join(scratch, "none.json");
      writeFileSync(path, text);
      await expect(drained(path)).rejects.toMatchObject({
        code: "corrupt",
      });
    },
  );

  it("gives the same records however its bytes arrive", () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), fc.nat(40), (records, step) => {
        const bytes = Buffer.from(
          JSON.stringify({ version: "v1", list: records, after: { x: "}]" } }, undefined, 1),
        );
        const scanner = new CatalogueScanner("a catalogue");
        const parts = [];
        for (let at = 0; at < bytes.length; at += step + 1)
          parts.push(...scanner.push(bytes.subarray(at, at + step + 1)));
        parts.push(...scanner.end());
        const found = parts.flatMap((part) =>
          part.kind === "record" ? [JSON.parse(part.text) as unknown] : [],
        );
        expect(JSON.stringify(found)).toBe(JSON.stringify(records));
      }),
      propertyRuns(23, 200),
    );
  });
});

describe("Python's JSON", () => {
  it("is parsed and printed as it stands", () => {
    const text =
      '{"b": 1.0, "0": 1, "a": [NaN, -Infinity, 12345678901234567890, 1e-05, 1e+16, -0.0, "é\\\\"], "0": 2}';
    expect(printJson(parsePythonJson(text), PYTHON_STYLE)).toBe(
      text.replace('"0": 1,', '"0": 2,').replace(', "0": 2}', "}"),
    );
    expect(printJson(parsePythonJson(text), API_STYLE)).toContain(
      "[null,null,12345678901234567890,0.00001,1e16,-0.0,",
    );
  });

  it("holds all that JavaScript's does", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value);
        expect(JSON.stringify(plainJson(parsePythonJson(text)))).toBe(text);
      }),
      propertyRuns(23, 300),
    );
  });

  it("prints floats that are read back", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(Object.is(Number(pythonFloat(value)), value)).toBe(true);
      }),
      propertyRuns(23, 500),
    );
  });
});

describe("ids", () => {
  interface Vectors {
    artifact: {
      task_run_id: string;
      workspace_id: string;
      artifact_type: string;
      name: string;
      artifact_id: string;
    }[];
    file: { artifact_id: string; workspace_id: string; path: string; kind: string; file_id: string }[];
    workspace: { task_run_id: string; loop_id: number; workspace_path: string; workspace_id: string }[];
    strategy: {
      action: string;
      scenario: string;
      step_name: string;
      templates: string[];
      strategy_id: string;
    }[];
    model: { key: string; model_id: string }[];
    expression_fingerprint: { expression: string; fingerprint: string }[];
  }

  it("are those of the research side", () => {
    const vectors = fixtureJson<Vectors>("id-vectors.json");
    for (const one of vectors.artifact) {
      expect(artifactId(one.task_run_id, one.workspace_id, one.artifact_type, one.name)).toBe(
        one.artifact_id,
      );
    }
    for (const one of vectors.file)
      expect(fileId(one.artifact_id, one.workspace_id, one.path, one.kind)).toBe(one.file_id);
    for (const one of vectors.workspace) {
      expect(workspaceId(one.task_run_id, one.loop_id, one.workspace_path)).toBe(one.workspace_id);
    }
    for (const one of vectors.strategy) expect(strategyId(one)).toBe(one.strategy_id);
    for (const one of vectors.model)
      expect(modelId(parsePythonJson(one.key) as PythonObject)).toBe(one.model_id);
    for (const one of vectors.expression_fingerprint)
      expect(expressionKey(one.expression)).toBe(one.fingerprint);
  });
});

describe("times, paths and YAML of the research side", () => {
  it("are instants: without microseconds, with a Z, of another zone", () => {
    const noon = utcMicroseconds("2026-11-30T12:00:00+00:00")!;
    for (const text of ["2026-11-30T12:00:00Z", "2026-11-30 12:00:00.000000", "2026-11-30T20:00:00+08:00"]) {
      expect(utcMicroseconds(text)).toBe(noon);
    }
    expect(utcText(noon)).toBe("2026-11-30T12:00:00+00:00");
    expect(utcText(noon + 1)).toBe("2026-11-30T12:00:00.000001+00:00");
    for (const text of ["zzz", "", null, "2026-02-31"]) expect(utcMicroseconds(text)).toBeUndefined();
  });

  it("are one folder on Windows and under its Linux, wherever it is here", () => {
    expect(canonicalPath("F:\\Dev\\x\\")).toBe("/mnt/f/Dev/x");
    const map = parsePathMap(["/mnt/f/Dev=/data", "/mnt/f/Dev/deep=/other"]);
    expect(
      ["F:/Dev/x", "/mnt/f/Dev/deep/y", "/mnt/f/Developer/z"].map((path) => mappedPath(path, map)),
    ).toEqual(["/data/x", "/other/y", "/mnt/f/Developer/z"]);
    expect(() => parsePathMap(["nothing"])).toThrow("maps no folder");
  });

  it("are YAML 1.1 as PyYAML reads it", () => {
    const text = readFileSync(
      join(
        FIXTURES,
        "backfill-before/git_ignore_folder/RD-Agent_workspace/04e99c1c41cad2ebf4b0a5f4103aded0/conf_baseline.yaml",
      ),
      "utf8",
    );
    expect(readYaml(text)).toBeInstanceOf(Map);
    const values = "[yes, off, y, 1_0, 017, 14:55:00, 1e-3, 1.0e-3, 2010-01-07, ~, .inf, 0x1F, '1', 1.]";
    expect(readYaml(values)).toEqual([
      true,
      false,
      "y",
      10n,
      15n,
      53700n,
      "1e-3",
      0.001,
      "2010-01-07",
      null,
      Number.POSITIVE_INFINITY,
      31n,
      "1",
      1,
    ]);
    expect(plainJson(readYaml("a: &x {b: 1, c: 2}\nd: {<<: *x, c: 3}"))).toEqual({
      a: { b: 1, c: 2 },
      d: { b: 1, c: 3 },
    });
    expect(() => readYaml("a: *none")).toThrow(SyntaxError);
  });
});
