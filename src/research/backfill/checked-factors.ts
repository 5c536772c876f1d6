import { join } from "node:path";
import type { FactorQuality } from "../../factor-checks/quality/quality-figures.js";
import type { Panel } from "../../panel/panel.js";
import type { PythonJson } from "../json/python-json.js";
import { FACTOR_VALUES } from "./factor-files.js";
import type { WorkspaceFolder } from "./workspace-folder.js";

/** What our factor checks say of each factor of a workspace, from its values and a market: one record a factor. */
export async function checkedFactors(folder: WorkspaceFolder, market: Panel): Promise<PythonJson[]> {
  if (!folder.has(FACTOR_VALUES)) return [];
  const [{ openPanel }, { computeQuality }] = await Promise.all([
    import("../../open/open-panel.js"),
    import("../../factor-checks/quality/compute-quality.js"),
  ]);
  const factors = await openPanel(join(folder.path, FACTOR_VALUES));
  return computeQuality(market, factors).map(qualityRecord);
}

/** The figures of the shortest horizon under the research side's names; a figure that there is not is null. */
export function qualityRecord(quality: FactorQuality): PythonJson {
  const shortest = quality.ic[0];
  const figure = (value: number | undefined): PythonJson =>
    value !== undefined && Number.isFinite(value) ? value : null;
  return new Map<string, PythonJson>([
    ["name", quality.column],
    ["horizon", shortest ? BigInt(shortest.horizon) : null],
    ["ic_mean", figure(shortest?.ic.mean)],
    ["ic_ir", figure(shortest?.ic.ratio)],
    ["rank_ic_mean", figure(shortest?.rankIc.mean)],
    ["rank_ic_ir", figure(shortest?.rankIc.ratio)],
    ["coverage", figure(quality.coverage.mean)],
    ["source", "aistock-data factorQuality"],
    ["windows", []],
  ]);
}
