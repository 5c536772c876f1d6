import { statSync } from "node:fs";
import type { Panel } from "../panel/panel.js";
import { groupDigits } from "../panel/print.js";

/** The line that ends a command which wrote a file: its rows, columns, seconds and size. @param begun in ms, `performance.now()` */
export function writtenTo(path: string, panel: Panel, begun: number): string {
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  const stat = statSync(path);
  const size = stat.isFile() ? `, ${groupDigits(stat.size)} bytes` : "";
  return `${path}: ${groupDigits(panel.rowCount)} rows × ${panel.columnNames.length} columns in ${seconds} s${size}\n`;
}
