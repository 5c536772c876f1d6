import { DataServiceError } from "../../errors.js";
import { openPanel } from "../../open/open-panel.js";
import type { Panel } from "../../panel/panel.js";
import type { MarketInput } from "../market-input.js";
import { type FactorRun, type FactorSource, failedRun } from "./factor-source.js";
import { layPanel } from "./lay-beside.js";

/** A factor as a file that research recorded. */
export interface RecordedSource extends FactorSource {
  /** The file as it is, its own rows. @throws DataServiceError what opening it throws */
  panel(): Promise<Panel>;
}

/** @param columns only these of the file's; all by default */
export function recordedSource(name: string, path: string, columns?: readonly string[]): RecordedSource {
  let opened: Promise<Panel> | undefined;
  const panel = async (): Promise<Panel> => {
    opened ??= openPanel(path).then((whole) => (columns === undefined ? whole : whole.select(columns)));
    return opened;
  };
  return {
    name,
    description: { kind: "recorded", text: path },
    computes: false,
    panel,
    run: async ({ index }: MarketInput): Promise<FactorRun> => {
      const began = performance.now();
      try {
        return layPanel(await panel(), index, (performance.now() - began) / 1000);
      } catch (error) {
        if (!(error instanceof DataServiceError)) throw error;
        const told = { type: error.code, message: error.message, traceback: "" };
        const report = { stdout: "", stderr: "", files: [], mutatesInput: false, error: told };
        return failedRun({ ...report, outcome: "missing", seconds: 0 }, index.rowCount);
      }
    },
  };
}
