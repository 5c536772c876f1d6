// Of rows whose 32-bit codes lie at the bytes [codes, end), those of some instruments: the 32-bit number of each,
// `row` being that of the first, from `rows` on, and its instrument's position from `positions` on. `places` has the
// position of every code and 1, 0 for those not sought. Gives how many there are.
export function rowsOf(codes: usize, end: usize, row: u32, places: usize, rows: usize, positions: usize): u32 {
  const first = rows;
  for (; codes < end; codes += 4) {
    const place = load<u32>(places + (load<u32>(codes) << 2));
    // Written for every row and kept where it is sought: a branch here is guessed wrong too often.
    store<u32>(rows, row++);
    store<u32>(positions + (rows - first), place - 1);
    rows += place ? 4 : 0;
  }
  return <u32>(rows - first) >> 2;
}
