import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { LookAheadProof } from "#src/factor-checks/factor-report.js";
import { ProofMarket } from "#src/factor-checks/proof/proof-market.js";
import { proveFactor } from "#src/factor-checks/proof/prove-factor.js";
import { FactorProcess } from "#src/factor-checks/python/factor-process.js";
import { readPointers, resolvePointer } from "#src/factor-checks/sources/factor-pointers.js";
import { pythonSource } from "#src/factor-checks/sources/python-source.js";
import { openPanel } from "#src/index.js";
import { scratchFolder } from "../../scratch-folder.js";
import { sharedFixtures } from "../../shared-fixtures.js";
import { faultyLibrary, hasPandas } from "../python/python-library.js";

interface Expected {
  readonly outcome: string;
  readonly deterministic?: boolean;
  readonly sameOnSecondCallInOneProcess?: boolean;
  readonly dependsOnInput?: boolean;
  readonly scaleInvariant?: boolean;
  readonly crossSectional?: boolean;
  readonly dependsOnOrderOfInstruments?: boolean;
  readonly lookback?: { readonly rows: number | null; readonly bitEqualThere: boolean | null };
  readonly lookAhead?: { readonly verdict: boolean | null };
}

/** Runs the jobs, some at a time; the process of the library waits for cores. */
async function atOnce<T>(jobs: readonly (() => Promise<T>)[]): Promise<T[]> {
  const done: T[] = [];
  let next = 0;
  const work = async () => {
    while (next < jobs.length) {
      const k = next++;
      done[k] = await jobs[k]!();
    }
  };
  await Promise.all([work(), work(), work()]);
  return done;
}

describe.skipIf(!hasPandas || !faultyLibrary)("the proof of a library in Python", () => {
  const scratch = scratchFolder();

  it("finds every look-ahead and invents none, and what else values depend on", async () => {
    const { factors } = JSON.parse(readFileSync(join(faultyLibrary!, "expected.json"), "utf8")) as {
      factors: Record<string, Expected>;
    };
    const python = await FactorProcess.start(scratch, { parallel: 6 });
    const library = await python.import(faultyLibrary!, "rd_factors_lib");
    const market = new ProofMarket(
      await openPanel(join(sharedFixtures("snapshot")!, "daily_pv.h5")),
      join(scratch, "m"),
    );
    const names = Object.keys(factors).filter((name) => factors[name]!.outcome === "values");
    const pointers = new Map(
      readPointers(join(faultyLibrary!, "factor_meta.json")).map((one) => [one.name, one]),
    );
    const proofs = await atOnce(
      names.map((name) => async (): Promise<[string, LookAheadProof]> => {
        const resolved = resolvePointer(pointers.get(name)!, library);
        if (resolved.verdict !== "ok") throw new Error(resolved.verdict);
        const { module, call, style, dollar } = resolved;
        const source = pythonSource(
          name,
          python,
          { module, function: call, style, dollar },
          { kind: "python", text: call },
        );
        const full = await source.run(market.whole);
        const proof = await proveFactor(source, market, full);
        if (process.env.PROOF_LOG) console.log(name, JSON.stringify({ ...proof, cuts: [] }));
        return [name, proof];
      }),
    );
    python.close();
    const found = Object.fromEntries(
      proofs.map(([name, proof]) => [
        name,
        {
          lookAhead: proof.verdict === "undetermined" ? null : proof.verdict === "look-ahead",
          deterministic: proof.deterministic,
          sameOnSecondCall: proof.sameOnSecondCall,
          dependsOnInput: proof.dependsOnInput,
          scaleInvariant: proof.scaleInvariant,
          crossSectional: proof.crossSectional,
          dependsOnOrder: proof.dependsOnOrder,
          lookback: proof.lookback && (proof.lookback.rows ?? null),
          bitEqual: proof.lookback && (proof.lookback.bitEqual ?? null),
        },
      ]),
    );
    const wanted = Object.fromEntries(
      names.map((name) => {
        const one = factors[name]!;
        return [
          name,
          {
            lookAhead: one.lookAhead!.verdict,
            deterministic: one.deterministic,
            sameOnSecondCall: one.sameOnSecondCallInOneProcess ?? undefined,
            dependsOnInput: one.dependsOnInput,
            scaleInvariant: one.scaleInvariant,
            crossSectional: one.crossSectional,
            dependsOnOrder: one.dependsOnOrderOfInstruments,
            lookback: one.lookback?.rows,
            bitEqual: one.lookback?.bitEqualThere,
          },
        ];
      }),
    );
    expect(found).toEqual(wanted);
  }, 600_000);
});
