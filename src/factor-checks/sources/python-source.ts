import { readdirSync, rmSync, symlinkSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { SourceDescription } from "../factor-report.js";
import type { MarketInput } from "../market-input.js";
import type { CallLimits, CallRequest, FactorProcess } from "../python/factor-process.js";
import { layAnswer } from "../python/lay-answer.js";
import type { FactorRun, FactorSource, RunOptions } from "./factor-source.js";

/** What a call is, but for its input. */
type Callable = Pick<CallRequest, "style" | "module" | "function" | "script" | "prepare"> & {
  readonly dollar: boolean;
};

export const DEFAULT_LIMITS: CallLimits = { seconds: 60, memoryBytes: 4 * 2 ** 30 };

/** A factor as a function of an imported library: `factor_xxx(df)`, or `calculate_NAME()` in RD-Agent's style. */
export function pythonSource(
  name: string,
  process: FactorProcess,
  callable: Callable,
  description: SourceDescription,
  limits: CallLimits = DEFAULT_LIMITS,
): FactorSource {
  return {
    name,
    description,
    computes: true,
    run: async (input: MarketInput, { seed = 0, times = 1 }: RunOptions = {}): Promise<FactorRun> => {
      const answer = await process.call({ ...callable, ...input.forPython(), seed, times, limits });
      try {
        return layAnswer(answer, input.index);
      } finally {
        rmSync(dirname(answer.out), { recursive: true, force: true });
      }
    },
  };
}

/** A factor as an RD-Agent workspace: a `factor.py` that reads `daily_pv.h5` in its folder and leaves `result.h5`. */
export function workspaceSource(
  name: string,
  process: FactorProcess,
  folder: string,
  limits?: CallLimits,
): FactorSource {
  const script = resolve(folder, "factor.py");
  const own = new Set(["daily_pv.h5", "result.h5"]);
  const prepare = (scratch: string) => {
    for (const file of readdirSync(folder)) {
      if (!own.has(file)) symlinkSync(join(resolve(folder), file), join(scratch, file));
    }
  };
  const description: SourceDescription = { kind: "workspace", text: folder };
  return pythonSource(name, process, { style: "script", script, dollar: true, prepare }, description, limits);
}
