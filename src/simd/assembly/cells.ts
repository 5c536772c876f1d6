// Takes rows of bytes apart: `cells` adjacent cells of each of `count` rows, the first at `rows`, go to as many columns,
// `apart` bytes from one to the next. Four columns of four rows at a time (or two of two, for cells of 8 bytes) are
// turned in registers; where the number of columns is no multiple, the last ones are done twice.

export function take32(rows: usize, rowBytes: usize, count: usize, cells: usize, into: usize, apart: usize): void {
  const whole: usize = cells < 4 ? 0 : count & ~3;
  if (whole > 0) {
    for (let cell: usize = 0; cell < cells; cell += 4) {
      const first = min(cell, cells - 4);
      turnFour(rows + 4 * first, rowBytes, whole, into + first * apart, apart);
    }
  }
  for (let cell: usize = 0; cell < cells; cell++) {
    column<u32>(rows + whole * rowBytes + 4 * cell, rowBytes, count - whole, into + cell * apart + 4 * whole);
  }
}

export function take64(rows: usize, rowBytes: usize, count: usize, cells: usize, into: usize, apart: usize): void {
  const whole: usize = cells < 2 ? 0 : count & ~1;
  if (whole > 0) {
    for (let cell: usize = 0; cell < cells; cell += 2) {
      const first = min(cell, cells - 2);
      turnTwo(rows + 8 * first, rowBytes, whole, into + first * apart, apart);
    }
  }
  for (let cell: usize = 0; cell < cells; cell++) {
    column<u64>(rows + whole * rowBytes + 8 * cell, rowBytes, count - whole, into + cell * apart + 8 * whole);
  }
}

function turnFour(rows: usize, rowBytes: usize, count: usize, into: usize, apart: usize): void {
  for (const end = into + 4 * count; into < end; into += 16) {
    const a = v128.load(rows);
    const b = v128.load(rows + rowBytes);
    const c = v128.load(rows + 2 * rowBytes);
    const d = v128.load(rows + 3 * rowBytes);
    const ab = v128.shuffle<u32>(a, b, 0, 4, 1, 5);
    const cd = v128.shuffle<u32>(c, d, 0, 4, 1, 5);
    const ab2 = v128.shuffle<u32>(a, b, 2, 6, 3, 7);
    const cd2 = v128.shuffle<u32>(c, d, 2, 6, 3, 7);
    v128.store(into, v128.shuffle<u64>(ab, cd, 0, 2));
    v128.store(into + apart, v128.shuffle<u64>(ab, cd, 1, 3));
    v128.store(into + 2 * apart, v128.shuffle<u64>(ab2, cd2, 0, 2));
    v128.store(into + 3 * apart, v128.shuffle<u64>(ab2, cd2, 1, 3));
    rows += 4 * rowBytes;
  }
}

function turnTwo(rows: usize, rowBytes: usize, count: usize, into: usize, apart: usize): void {
  for (const end = into + 8 * count; into < end; into += 16) {
    const a = v128.load(rows);
    const b = v128.load(rows + rowBytes);
    v128.store(into, v128.shuffle<u64>(a, b, 0, 2));
    v128.store(into + apart, v128.shuffle<u64>(a, b, 1, 3));
    rows += 2 * rowBytes;
  }
}

function column<Cell>(rows: usize, rowBytes: usize, count: usize, into: usize): void {
  for (const end = into + sizeof<Cell>() * count; into < end; into += sizeof<Cell>()) {
    store<Cell>(into, load<Cell>(rows));
    rows += rowBytes;
  }
}
