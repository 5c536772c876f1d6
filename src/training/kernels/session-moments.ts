import type { PanelIndex } from "../../keys/panel-index.js";
import type { Block, Cells } from "../frame/block.js";
import { mapSessions, mostRows } from "./by-session.js";
import { RowLoops } from "./row-loops.js";
import { fillWithMean, standardize } from "./session-kernels.js";

/** `standardize` of every column of a block, session by session. */
export function standardizeSessions(index: PanelIndex, block: Block): void {
  const cells = block.writable();
  const sums = SessionSums.of(index, block, cells);
  if (!sums) {
    mapSessions(index, block, standardize);
    return;
  }
  const { rows } = sums;
  sums.each((count) => {
    sums.finish((n, mean, variance) => [mean, Math.sqrt((variance * n) / (n - 1))]);
    rows.loops.standardize(0, count, rows.width, sums.first.at, sums.second.at);
  });
}

/** `fillWithMean` of every column of a block, session by session. */
export function fillSessionMeans(index: PanelIndex, block: Block): void {
  const cells = block.writable();
  const sums = SessionSums.of(index, block, cells);
  if (!sums) {
    mapSessions(index, block, fillWithMean);
    return;
  }
  const { rows } = sums;
  sums.each((count) => {
    sums.finish((_, mean) => [mean, 0]);
    rows.loops.fillMeans(0, count, rows.width, sums.first.at);
  });
}

type Room = ReturnType<RowLoops["float64"]>;

/** Sums of the columns of one session after another, around a cell of each, so that equal cells have no spread at all. */
class SessionSums {
  readonly rows: RowLoops;
  /** What `finish` gives of each column. */
  readonly first: Room;
  readonly second: Room;
  readonly #pivot: Room;
  readonly #count: Room;
  readonly #sum: Room;
  readonly #squares: Room;
  readonly #index: PanelIndex;
  readonly #cells: Cells;

  private constructor(rows: RowLoops, index: PanelIndex, cells: Cells) {
    const room = () => rows.float64(rows.width + 1);
    this.rows = rows;
    [this.first, this.second, this.#pivot, this.#count, this.#sum, this.#squares] = [
      room(),
      room(),
      room(),
      room(),
      room(),
      room(),
    ];
    this.#index = index;
    this.#cells = cells;
  }

  static of(index: PanelIndex, block: Block, cells: Cells): SessionSums | undefined {
    const rows = RowLoops.of(cells, block.width, 6 * 8 * (block.width + 3), mostRows(index));
    return rows && new SessionSums(rows, index, cells);
  }

  /** Sums up each session, lets `work` do something to its rows, which lie at address 0, and copies them back. */
  each(work: (rows: number) => void): void {
    const { rows } = this;
    for (let s = 0; s < this.#index.sessionCount; s++) {
      const [first, last] = [this.#index.startOf(s), this.#index.startOf(s + 1)];
      rows.change(this.#cells, first, last, (count) => {
        this.#takePivots(first, count);
        for (const { values } of [this.#count, this.#sum, this.#squares]) values.fill(0);
        const [pivot, n, sum, squares] = [this.#pivot.at, this.#count.at, this.#sum.at, this.#squares.at];
        rows.loops.addSums(0, count, rows.width, pivot, n, sum, squares);
        work(count);
      });
    }
  }

  /** Two numbers a column, of its count, mean and variance (ddof 0). */
  finish(of: (count: number, mean: number, variance: number) => readonly [number, number]): void {
    for (let c = 0; c < this.rows.width; c++) {
      const n = this.#count.values[c]!;
      const level = this.#sum.values[c]! / n;
      const variance = Math.max(0, this.#squares.values[c]! / n - level * level);
      const [first, second] = of(n, this.#pivot.values[c]! + level, variance);
      this.first.values[c] = first;
      this.second.values[c] = second;
    }
  }

  #takePivots(firstRow: number, count: number): void {
    const { width } = this.rows;
    for (let c = 0; c < width; c++) {
      let at = firstRow * width + c;
      const end = (firstRow + count) * width;
      while (at < end && Number.isNaN(this.#cells[at]!)) at += width;
      this.#pivot.values[c] = at < end ? this.#cells[at]! : Number.NaN;
    }
  }
}
