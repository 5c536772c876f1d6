import { textWidth } from "../text-width.js";

/**
 * Lines of a table of text cells, columns two spaces apart, aligned as asked. Chinese characters count for
 * the two places they take in a terminal.
 */
export function layTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  align: readonly ("left" | "right")[],
): string[] {
  const widths = header.map((title, c) =>
    rows.reduce((w, row) => Math.max(w, textWidth(row[c]!)), textWidth(title)),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, c) => {
        const space = " ".repeat(widths[c]! - textWidth(cell));
        return align[c] === "left" ? cell + space : space + cell;
      })
      .join("  ")
      .trimEnd();
  return [line(header), ...rows.map(line)];
}
