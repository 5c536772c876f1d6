import { DataServiceError } from "../../errors.js";
import { readWorkflow, type WorkflowOptions } from "../../workflow/read-workflow.js";
import type { ReplayOptions } from "../replay/replay-options.js";
import { optionsOfPortAnalysis } from "./port-analysis.js";

/**
 * The replay options of a qlib workflow file or RD-Agent's `conf_*.yaml`: its `port_analysis_config`, or the file itself
 * where it holds nothing else.
 * @throws DataServiceError not-found, corrupt, unsupported, bad-request
 */
export async function readPortAnalysis(path: string, options?: WorkflowOptions): Promise<ReplayOptions> {
  const file = await readWorkflow(path, options);
  const config = file.has("port_analysis_config") ? file.at("port_analysis_config") : file;
  if (config.has("strategy") && config.has("backtest")) return optionsOfPortAnalysis(config.toPlain(), path);
  throw new DataServiceError(
    "bad-request",
    `${path}: no port_analysis_config with a strategy and a backtest in it`,
    {
      path,
    },
  );
}
