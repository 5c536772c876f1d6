import { DataServiceError } from "../errors.js";
import { detectFormat } from "../formats/open.js";
import { openPanel } from "../open/open-panel.js";
import { inOneZone } from "../panel/one-zone.js";
import type { Panel } from "../panel/panel.js";
import type { CheckOptions, FactorCheck } from "./check-factors.js";
import { checkPanel, type Market } from "./check-panel.js";
import { factorFiles } from "./factor-files.js";

/** qlib's label of Alpha158: the return from tomorrow's close to that of the day after (`Alpha158.get_label_config`). */
const DEFAULT_LABEL = "Ref($close, -2)/Ref($close, -1) - 1";

/** `checkFactors`, its arguments being as they should be. */
export async function checkFiles(
  whole: Panel,
  paths: readonly string[],
  options: CheckOptions,
): Promise<FactorCheck[]> {
  const market = await marketOf(whole, options);
  const found: (string | FactorCheck)[] = [];
  for (const path of paths) found.push(...(await orRefusal(path, () => factorFiles(path))));
  const files = [...new Set(found)]; // a folder and a file in it may both be named
  const checks: FactorCheck[] = [];
  for (const [i, file] of files.entries()) {
    const isFile = typeof file === "string";
    checks.push(...(isFile ? await orRefusal(file, () => checkFile(file, market, options)) : [file]));
    options.onProgress?.({ files: i + 1, totalFiles: files.length });
  }
  return checks;
}

/** The rows that factors are to have, and the label beside them. */
async function marketOf(whole: Panel, { label, start, end }: CheckOptions): Promise<Market> {
  const isPart = start !== undefined || end !== undefined;
  const text = label === undefined && whole.hasField("close") ? DEFAULT_LABEL : label;
  if (text === undefined || text === null) return { panel: whole.window({ start, end }), isPart };
  const evaluated = await whole.evaluateInThreads({ label: text }, { labels: ["label"], start, end });
  const cells = evaluated.column("label").values as Float32Array;
  return { panel: whole.window({ start, end }), isPart, label: cells }; // the window shares the codes that were read
}

async function checkFile(
  path: string,
  market: Market,
  { key, start, end }: CheckOptions,
): Promise<FactorCheck[]> {
  const isHdf = detectFormat(path) === "pandas-hdf"; // other formats refuse a key
  const opened = await openPanel(path, { key: isHdf ? key : undefined, start, end });
  const { panels } = inOneZone([market.panel, opened], [market.panel.label, path], "checkFactors");
  return checkPanel(path, panels[1]!, market);
}

/** What `use` gives of a path; where the path is refused, the check that says why. */
async function orRefusal<T>(path: string, use: () => T[] | Promise<T[]>): Promise<(T | FactorCheck)[]> {
  try {
    return await use();
  } catch (error) {
    if (!(error instanceof DataServiceError)) throw error;
    const { advice } = error.details;
    const problems = [error.message.replace(`${path}: `, "")];
    return [{ path, status: "error", problems, ...(advice && { advice }) }];
  }
}
