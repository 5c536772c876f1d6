import { textWidth } from "./text-width.js";
import { visible } from "./visible.js";

type Align = "left" | "right";

/**
 * Lines of a table of text cells, columns two spaces apart, aligned as asked. Chinese characters count for
 * the two places they take in a terminal, and what would command it is shown.
 */
export function layTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  align: readonly Align[],
): string[] {
  const all = [header, ...rows];
  return layRows(all, columnWidths(all), align);
}

/** The places that each column of some rows takes, and no fewer than `least`. */
export function columnWidths(
  rows: readonly (readonly string[])[],
  least: readonly number[] = (rows[0] ?? []).map(() => 0),
): number[] {
  return least.map((width, c) =>
    rows.reduce((most, row) => Math.max(most, textWidth(visible(row[c]!))), width),
  );
}

/** The lines of rows whose columns have these widths, which are those of their cells or more. */
export function layRows(
  rows: readonly (readonly string[])[],
  widths: readonly number[],
  align: readonly Align[],
): string[] {
  return rows.map((cells) =>
    cells
      .map((stored, c) => {
        const cell = visible(stored);
        const space = " ".repeat(widths[c]! - textWidth(cell));
        return align[c] === "left" ? cell + space : space + cell;
      })
      .join("  ")
      .trimEnd(),
  );
}
