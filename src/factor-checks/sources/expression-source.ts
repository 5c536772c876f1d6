import { DataServiceError } from "../../errors.js";
import type { MarketInput } from "../market-input.js";
import { type FactorRun, type FactorSource, failedRun } from "./factor-source.js";
import { layPanel } from "./lay-beside.js";

/** A factor as an expression in qlib's language. */
export function expressionSource(name: string, expression: string): FactorSource {
  return {
    name,
    description: { kind: "expression", text: expression },
    computes: true,
    looksAhead: (panel) => panel.explainExpression(expression).looksAhead,
    run: async ({ panel, index }: MarketInput): Promise<FactorRun> => {
      const began = performance.now();
      const seconds = () => (performance.now() - began) / 1000;
      try {
        const factor = panel.evaluate({ [name]: expression });
        return layPanel(factor, index, seconds());
      } catch (error) {
        if (!(error instanceof DataServiceError)) throw error;
        const told = { type: error.code, message: error.message, traceback: "" };
        const report = { stdout: "", stderr: "", files: [], mutatesInput: false, error: told };
        return failedRun({ ...report, outcome: "raised", seconds: seconds() }, index.rowCount);
      }
    },
  };
}
