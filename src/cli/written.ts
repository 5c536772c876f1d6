import { statSync } from "node:fs";
import { writeLosses } from "../formats/write-losses.js";
import type { Panel } from "../panel/panel.js";
import { groupDigits } from "../text/figures.js";

/**
 * What ends a command which wrote a file: what its format does not keep, then a line with its rows, columns, seconds and
 * size. @param begun in ms, `performance.now()` */
export function writtenTo(path: string, panel: Panel, begun: number): string {
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  const stat = statSync(path);
  const size = stat.isFile() ? `, ${groupDigits(stat.size)} bytes` : "";
  const table = { ...panel.table(), groups: panel.info.groups };
  const losses = writeLosses(path, table).map((loss) => `aistock-data: ${loss}\n`);
  return `${losses.join("")}${path}: ${groupDigits(panel.rowCount)} rows × ${panel.columnNames.length} columns in ${seconds} s${size}\n`;
}
