/**
 * Copies one column's cells out of rows of bytes: into[at + i] = the cell at byte `offset` of row i. Cells are
 * copied as 8-, 16- or 32-bit patterns, so that every NaN and every 64-bit integer arrives exactly, and each
 * loop sees arrays of one kind only. `rows` is aligned to 8 bytes in its buffer.
 */
export type CopyCells = (rows: Uint8Array, count: number, into: Uint8Array, at: number) => void;

/** The loop for cells of `width` bytes, chosen once per column. */
export function cellCopier(rowBytes: number, offset: number, width: number): CopyCells {
  const aligned = rowBytes % Math.min(width, 4) === 0 && offset % Math.min(width, 4) === 0;
  if (width === 1) return (rows, count, into, at) => copy8(rows, rowBytes, offset, count, into, at);
  if (width === 2 && aligned) {
    return (rows, count, into, at) =>
      copy16(view16(rows), rowBytes >> 1, offset >> 1, count, view16(into), at);
  }
  if (width === 4 && aligned) {
    return (rows, count, into, at) =>
      copy32(view32(rows), rowBytes >> 2, offset >> 2, count, view32(into), at);
  }
  if (width === 8 && aligned) {
    return (rows, count, into, at) =>
      copy64(view32(rows), rowBytes >> 2, offset >> 2, count, view32(into), at);
  }
  return (rows, count, into, at) => copyBytes(rows, rowBytes, offset, width, count, into, at);
}

function view16(bytes: Uint8Array): Uint16Array {
  return new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.byteLength >> 1);
}

export function view32(bytes: Uint8Array): Uint32Array {
  return new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength >> 2);
}

function copy8(
  rows: Uint8Array,
  stride: number,
  first: number,
  count: number,
  into: Uint8Array,
  at: number,
): void {
  for (let i = 0, from = first; i < count; i++, from += stride) into[at + i] = rows[from]!;
}

function copy16(
  rows: Uint16Array,
  stride: number,
  first: number,
  count: number,
  into: Uint16Array,
  at: number,
): void {
  for (let i = 0, from = first; i < count; i++, from += stride) into[at + i] = rows[from]!;
}

function copy32(
  rows: Uint32Array,
  stride: number,
  first: number,
  count: number,
  into: Uint32Array,
  at: number,
): void {
  // Four cells a turn: half as long as one.
  const [two, three, four] = [2 * stride, 3 * stride, 4 * stride];
  let [i, from] = [0, first];
  for (const end = count - 3; i < end; i += 4, from += four) {
    into[at + i] = rows[from]!;
    into[at + i + 1] = rows[from + stride]!;
    into[at + i + 2] = rows[from + two]!;
    into[at + i + 3] = rows[from + three]!;
  }
  for (; i < count; i++, from += stride) into[at + i] = rows[from]!;
}

function copy64(
  rows: Uint32Array,
  stride: number,
  first: number,
  count: number,
  into: Uint32Array,
  at: number,
): void {
  for (let i = 0, from = first, to = 2 * at; i < count; i++, from += stride, to += 2) {
    into[to] = rows[from]!;
    into[to + 1] = rows[from + 1]!;
  }
}

function copyBytes(
  rows: Uint8Array,
  stride: number,
  offset: number,
  width: number,
  count: number,
  into: Uint8Array,
  at: number,
): void {
  for (let i = 0, from = offset, to = at * width; i < count; i++, from += stride, to += width) {
    for (let b = 0; b < width; b++) into[to + b] = rows[from + b]!;
  }
}
