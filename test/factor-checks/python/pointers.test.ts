import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { MarketInput } from "#src/factor-checks/market-input.js";
import { FactorProcess, type LibraryContents } from "#src/factor-checks/python/factor-process.js";
import { compareVersions, readPointers, resolvePointer } from "#src/factor-checks/sources/factor-pointers.js";
import { pythonSource } from "#src/factor-checks/sources/python-source.js";
import { openPanel } from "#src/index.js";
import { scratchFolder } from "../../scratch-folder.js";
import { sharedFixtures } from "../../shared-fixtures.js";
import { faultyLibrary, hasPandas } from "./python-library.js";

interface ExpectedPointer {
  readonly name: string;
  readonly verdict: string;
  readonly call?: string;
  readonly nearest?: string | null;
  readonly versionVerdict?: string;
}

interface ExpectedFactor {
  readonly outcome: string;
  readonly prints: { readonly stdout: boolean; readonly stderr: boolean };
  readonly filesWritten: readonly string[];
  readonly mutatesInput: boolean;
  readonly error?: { readonly type: string; readonly message: string };
  readonly output?: Record<string, unknown>;
  readonly missing?: { readonly nan: number; readonly infinite: number };
  readonly call: { readonly columns: "plain" | "dollar" | "either" };
}

describe.skipIf(!hasPandas || !faultyLibrary)("a library in Python", () => {
  const scratch = scratchFolder();
  let python: FactorProcess;
  let library: LibraryContents;
  let market: MarketInput;
  const expected = faultyLibrary
    ? (JSON.parse(readFileSync(join(faultyLibrary, "expected.json"), "utf8")) as {
        library: { pointers: ExpectedPointer[] };
        factors: Record<string, ExpectedFactor>;
      })
    : { library: { pointers: [] }, factors: {} };
  const pointers = faultyLibrary ? readPointers(join(faultyLibrary, "factor_meta.json")) : [];

  beforeAll(async () => {
    python = await FactorProcess.start(scratch);
    library = await python.import(faultyLibrary!, "rd_factors_lib");
    market = MarketInput.of(
      await openPanel(join(sharedFixtures("snapshot")!, "daily_pv.h5")),
      join(scratch, "market"),
    );
  }, 60_000);
  afterAll(() => python.close());

  it("is imported once, with its version and its functions", () => {
    expect(library.version).toBe("1.0.8");
    expect(library.failed).toEqual({});
    expect(Object.keys(library.modules).length).toBe(6);
  });

  it.each(expected.library.pointers)(
    "pointer of $name: $verdict",
    ({ name, verdict, call, nearest, versionVerdict }) => {
      const pointer = pointers.find((one) => one.name === name)!;
      const resolved = resolvePointer(pointer, library);
      expect(resolved.verdict).toBe(verdict);
      if (resolved.verdict === "ok") expect(resolved.call).toBe(call);
      else if (nearest) expect(resolved.nearest).toBe(nearest);
      else if (verdict === "missing-function") expect(resolved.nearest).toBeUndefined();
      if (versionVerdict) expect(compareVersions(pointer.version, library.version!)).toBe(versionVerdict);
    },
  );

  it.each(Object.entries(expected.factors))("a call of %s", async (name, wanted) => {
    const pointer = pointers.find((one) => one.name === name)!;
    const resolved = resolvePointer(pointer, library);
    if (resolved.verdict !== "ok") throw new Error(resolved.verdict);
    const { module, call, style, dollar } = resolved;
    const limits = { seconds: wanted.outcome === "timeout" ? 1 : 60, memoryBytes: 2 ** 31 };
    const source = pythonSource(
      name,
      python,
      { module, function: call, style, dollar },
      { kind: "python", text: call },
      limits,
    );
    const { report, columns } = await source.run(market);
    expect([report.outcome, report.error?.message]).toEqual([
      wanted.outcome,
      wanted.outcome === "timeout" ? "ran longer than 1 s" : wanted.error?.message,
    ]);
    expect({ stdout: report.stdout !== "", stderr: report.stderr !== "" }).toEqual(wanted.prints);
    expect(report.files).toEqual(wanted.filesWritten);
    expect(report.mutatesInput).toBe(wanted.mutatesInput);
    if (!wanted.output) return;
    const { kind, levels, rows, missingRows, extraRows, duplicateKeys, types } = report.output!;
    expect({ kind, levels, rows, missingRows, extraRows, duplicateKeys, types: types }).toEqual({
      kind: wanted.output.kind,
      levels: wanted.output.levels,
      rows: wanted.output.rows,
      missingRows: wanted.output.missingRows,
      extraRows: wanted.output.extraRows,
      duplicateKeys: wanted.output.duplicateKeys,
      types: wanted.output.dtypes,
    });
    let [nan, infinite] = [0, 0];
    for (const cells of columns.values()) {
      for (const cell of cells) {
        if (Number.isNaN(cell)) nan++;
        else if (cell - cell !== 0) infinite++;
      }
    }
    expect({ nan, infinite }).toEqual({ nan: wanted.missing!.nan, infinite: wanted.missing!.infinite });
  });
});
