import { cellAt, putCell } from "./pair";

/** out[cells[i]] = rows[i]: a column's cells on their way from panel rows to series. */
export function layOutSingle(rows: usize, cells: usize, count: i32, out: usize): void {
  for (let end = cells + (<usize>count << 2); cells < end; cells += 4, rows += 4) {
    f64.store(out + (<usize>load<u32>(cells) << 3), <f64>f32.load(rows));
  }
}

/** The same of float64. */
export function layOutDouble(rows: usize, cells: usize, count: i32, out: usize): void {
  for (let end = cells + (<usize>count << 2); cells < end; cells += 4, rows += 8) {
    f64.store(out + (<usize>load<u32>(cells) << 3), f64.load(rows));
  }
}

/** Positions that lie together in a tile: results are written and read in stretches of as many. */
const GROUP = 64;

/**
 * Brings `count` cells of a pair of series to a tile, as float32: [group of positions][lane][position]. A divisor,
 * where there is one (not at address 0), divides them first. Up to three cells after the last are read and written.
 * @param tile where the first cell of the pair's first lane goes; its second lane follows a group later
 * @param stride bytes from one group of positions to the next
 */
export function emit(cells: usize, divisor: usize, count: i32, tile: usize, stride: usize): void {
  for (let from = 0; from < count; from += GROUP, tile += stride) {
    const end = min(count, from + GROUP);
    for (let k = from, at = tile; k < end; k += 4, at += 16) {
      let a = cellAt(cells, k);
      let b = cellAt(cells, k + 1);
      let c = cellAt(cells, k + 2);
      let d = cellAt(cells, k + 3);
      if (divisor) {
        a = f64x2.div(a, cellAt(divisor, k));
        b = f64x2.div(b, cellAt(divisor, k + 1));
        c = f64x2.div(c, cellAt(divisor, k + 2));
        d = f64x2.div(d, cellAt(divisor, k + 3));
      }
      const ab = v128.shuffle<f32>(f32x4.demote_f64x2_zero(a), f32x4.demote_f64x2_zero(b), 0, 4, 1, 5);
      const cd = v128.shuffle<f32>(f32x4.demote_f64x2_zero(c), f32x4.demote_f64x2_zero(d), 0, 4, 1, 5);
      v128.store(at, v128.shuffle<f64>(ab, cd, 0, 2));
      v128.store(at + GROUP * 4, v128.shuffle<f64>(ab, cd, 1, 3));
    }
  }
}

/** rows[i] = tile[places[i]]: results on their way to panel rows. */
export function collect(tile: usize, places: usize, count: i32, rows: usize): void {
  for (let end = rows + (<usize>count << 2); rows < end; rows += 4, places += 4) {
    f32.store(rows, f32.load(tile + (<usize>load<u32>(places) << 2)));
  }
}

/** out = cells, divided where there is a divisor: the first `count` cells of a pair of series as they are. */
export function take(cells: usize, divisor: usize, count: i32, out: usize): void {
  for (let k = 0; k < count; k++) {
    const cell = cellAt(cells, k);
    putCell(out, k, divisor ? f64x2.div(cell, cellAt(divisor, k)) : cell);
  }
}

/** In `cellOfLane`, of an instrument without a lane. */
const NO_CELL: u32 = 0xffffffff;

/**
 * Where the cells of rows lie, of `sessions` sessions with `lengths` rows each: that of position k of a lane is
 * cellOfLane + 2 k. Rows of instruments without a lane get `outside`.
 * @param codes of each row, its instrument, counted from `first`; so are the places in `cellOfLane`
 */
export function placeCells(
  codes: usize, lengths: usize, sessions: i32, first: i32, cellOfLane: usize, outside: u32, cells: usize,
): void {
  const lanes = cellOfLane - (<usize>first << 2);
  for (let k = 0; k < sessions; k++) {
    const count = load<u32>(lengths + (<usize>k << 2));
    for (let end = codes + (<usize>count << 2); codes < end; codes += 4, cells += 4) {
      const cell = load<u32>(lanes + (<usize>load<u32>(codes) << 2));
      store<u32>(cells, cell == NO_CELL ? outside : cell + 2 * k);
    }
  }
}

/** Where in a tile of so many lanes the results of rows go; `laneOf` as `cellOfLane` above. */
export function placeResults(
  codes: usize, lengths: usize, sessions: i32, first: i32, laneOf: usize, laneCount: i32, places: usize,
): void {
  const lanes = laneOf - (<usize>first << 2);
  for (let k = 0; k < sessions; k++) {
    const within = k % GROUP;
    const base = (k - within) * laneCount + within;
    const count = load<u32>(lengths + (<usize>k << 2));
    for (let end = codes + (<usize>count << 2); codes < end; codes += 4, places += 4) {
      store<u32>(places, base + load<u32>(lanes + (<usize>load<u32>(codes) << 2)) * GROUP);
    }
  }
}
