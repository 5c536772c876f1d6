// Of rows whose 32-bit codes lie at the bytes [codes, end), those of the instruments sought: the 32-bit number of each,
// `row` being that of the first, from `rows` on, and the position of its instrument from `positions` on. `places` has
// the position and 1 of each code, 0 of those not sought. Sets the byte `seen` + place of each; gives how many there are.
export function rowsOf(
  codes: usize,
  end: usize,
  row: u32,
  places: usize,
  seen: usize,
  rows: usize,
  positions: usize,
): u32 {
  const first = rows;
  for (; codes < end; codes += 4) {
    const place = load<u32>(places + (<usize>load<u32>(codes) << 2));
    if (place) {
      store<u8>(seen + place, 1);
      store<u32>(rows, row);
      store<u32>(positions + (rows - first), place - 1);
      rows += 4;
    }
    row++;
  }
  return <u32>(rows - first) >> 2;
}
