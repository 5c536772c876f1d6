/** Rows laid out at a time: those of 158 columns, and the cells they come from, stay in a core's cache. */
const BLOCK_ROWS = 256;

// A loop for each type: one that has seen one array type stays specialised to it.

/** Lays columns side by side: `out[(firstRow + row) * slab.length + column] = slab[column][row]`. */
export function layRows32(slab: readonly Float32Array[], out: Float32Array, firstRow: number): void {
  const width = slab.length;
  const rows = slab[0]?.length ?? 0;
  for (let first = 0; first < rows; first += BLOCK_ROWS) {
    const last = Math.min(first + BLOCK_ROWS, rows);
    for (let c = 0; c < width; c++) {
      const cells = slab[c]!;
      let at = (firstRow + first) * width + c;
      for (let row = first; row < last; row++, at += width) out[at] = cells[row]!;
    }
  }
}

/** The same of float64. */
export function layRows64(slab: readonly Float64Array[], out: Float64Array, firstRow: number): void {
  const width = slab.length;
  const rows = slab[0]?.length ?? 0;
  for (let first = 0; first < rows; first += BLOCK_ROWS) {
    const last = Math.min(first + BLOCK_ROWS, rows);
    for (let c = 0; c < width; c++) {
      const cells = slab[c]!;
      let at = (firstRow + first) * width + c;
      for (let row = first; row < last; row++, at += width) out[at] = cells[row]!;
    }
  }
}
