import { isNumeric } from "../../columns/floats.js";
import { DataServiceError } from "../../errors.js";
import type { Panel } from "../../panel/panel.js";

/** The columns that can be drawn. @throws DataServiceError bad-request if there is none */
export function numericColumns(panel: Panel): string[] {
  const names = panel.columnNames.filter((name) => isNumeric(panel.column(name).type));
  if (names.length > 0) return names;
  const types = panel.columnNames.map((name) => `${name} (${panel.column(name).type})`).join(", ");
  throw new DataServiceError(
    "bad-request",
    `plot: ${panel.label} has no column of numbers, only ${types || "keys"}`,
  );
}
