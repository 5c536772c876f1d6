const QUOTE: u8 = 0x22;
const LINE_FEED: u8 = 0x0a;

/**
 * Where each cell of the bytes [from, to) ends, as 32-bit positions from `ends` on, in rows of `cells` cells that end with
 * a line feed, as the last byte must be. Gives the number of rows; -1 where a quote stands anywhere, or a row has more or
 * fewer cells, or there are more than `most` cells. Reads up to 15 bytes behind `to`.
 */
export function split(from: usize, to: usize, separator: u8, cells: u32, ends: usize, most: u32): i32 {
  const separators = i8x16.splat(separator);
  const lineFeeds = i8x16.splat(LINE_FEED);
  const quotes = i8x16.splat(QUOTE);
  let out = ends;
  const stop = ends + 4 * <usize>most;
  let lines: u32 = 0;
  for (let at = from; at < to; at += 16) {
    const bytes = v128.load(at);
    const isLine = i8x16.eq(bytes, lineFeeds);
    let quoted = i8x16.bitmask(i8x16.eq(bytes, quotes));
    let ending = i8x16.bitmask(isLine);
    let found = i8x16.bitmask(v128.or(isLine, i8x16.eq(bytes, separators)));
    if (to - at < 16) {
      const there = (1 << <i32>(to - at)) - 1;
      quoted &= there;
      ending &= there;
      found &= there;
    }
    if (quoted) return -1;
    lines += popcnt(ending);
    if (out + 64 > stop) return -1;
    while (found) {
      store<u32>(out, <u32>at + ctz(found));
      out += 4;
      found &= found - 1;
    }
  }
  // Each of the line feeds, of which there are as many as rows, must stand where a row ends.
  const count = <u32>((out - ends) >> 2);
  if (count != lines * cells) return -1;
  for (let row: u32 = 1; row <= lines; row++) {
    if (load<u8>(load<u32>(ends + 4 * <usize>(row * cells - 1))) != LINE_FEED) return -1;
  }
  return <i32>lines;
}

/** Where the cell begins whose end stands at `ends` + 4 · `cell`; the first begins at `from`. */
// @ts-ignore: a decorator of AssemblyScript
@inline
export function beginOf(ends: usize, cell: usize, from: usize): usize {
  return cell == 0 ? from : <usize>load<u32>(ends + 4 * (cell - 1)) + 1;
}

/** Where the cell ends, without the return that stands before a line feed. */
// @ts-ignore: a decorator of AssemblyScript
@inline
export function endOf(ends: usize, cell: usize, begin: usize, isLast: bool): usize {
  const end = <usize>load<u32>(ends + 4 * cell);
  return isLast && end > begin && load<u8>(end - 1) == 0x0d ? end - 1 : end;
}
