import type { PanelIndex } from "../keys/panel-index.js";
import { joinLoops, LOOPS_BEGIN } from "./join-loops.js";

/**
 * Lets the rows of sessions meet through one slot an instrument of the left, where the right row last seen for it
 * stands; that belongs to the session at hand if it is not before its start. So it does not matter whether both sort
 * their instruments alike.
 */
export interface SessionSlots {
  /** The right rows, [begin, end), beside the left rows [first, last), or -1, to `rows`; gives how many there are. */
  meet(begin: number, end: number, first: number, last: number, rows: Int32Array): number;
}

/** Rows of a session below which it is not worth laying them out for the compiled loop. */
const FEW_ROWS = 256;

/** `toLeft` has the left's instrument for each of the right's, or the number of the left's instruments where there is none. */
export function sessionSlots(left: PanelIndex, right: PanelIndex, toLeft: Int32Array): SessionSlots {
  const plain = new PlainSlots(left, right, toLeft);
  if (left.rowCount < FEW_ROWS * left.sessionCount) return plain;
  return compiledSlots(left, right, toLeft) ?? plain;
}

export class PlainSlots implements SessionSlots {
  readonly #left: PanelIndex;
  readonly #right: PanelIndex;
  readonly #toLeft: Int32Array;
  readonly #slots: Int32Array;

  constructor(left: PanelIndex, right: PanelIndex, toLeft: Int32Array) {
    [this.#left, this.#right, this.#toLeft] = [left, right, toLeft];
    this.#slots = new Int32Array(left.instruments.length + 1).fill(-1);
  }

  meet(begin: number, end: number, first: number, last: number, rows: Int32Array): number {
    const [slots, toLeft] = [this.#slots, this.#toLeft];
    const [own, other] = [this.#left.codes, this.#right.codes];
    for (let row = begin; row < end; row++) slots[toLeft[other[row]!]!] = row;
    let met = last - first;
    for (let row = first; row < last; row++) {
      const found = slots[own[row]!]!;
      const none = (found - begin) >> 31; // -1 where found < begin, without a branch to guess wrong
      rows[row] = found | none;
      met += none;
    }
    return met;
  }
}

/**
 * The same with a session's codes laid out in the memory of a WebAssembly instance: aligning 14
 * million rows with 7 million takes 90 ms so, 200 without.
 */
export function compiledSlots(
  left: PanelIndex,
  right: PanelIndex,
  toLeft: Int32Array,
): SessionSlots | undefined {
  const [leftMost, rightMost] = [left.instruments.length + 1, right.instruments.length];
  const map = LOOPS_BEGIN;
  const slots = map + 4 * rightMost;
  const ownAt = slots + 4 * leftMost;
  const otherAt = ownAt + 4 * leftMost;
  const outAt = otherAt + 4 * rightMost;
  const loops = joinLoops(outAt + 4 * leftMost);
  if (!loops) return undefined;
  const { memory, meet } = loops;
  const at = (address: number, length: number) => new Int32Array(memory.buffer, address, length);
  at(map, rightMost).set(toLeft);
  at(slots, leftMost).fill(-1);
  const [own, other, out] = [at(ownAt, leftMost), at(otherAt, rightMost), at(outAt, leftMost)];
  const [ownCodes, otherCodes] = [left.codes, right.codes];
  return {
    meet(begin, end, first, last, rows) {
      own.set(ownCodes.subarray(first, last));
      other.set(otherCodes.subarray(begin, end));
      const met = meet(map, slots, otherAt, end - begin, begin, ownAt, last - first, outAt);
      rows.set(out.subarray(0, last - first), first);
      return met;
    },
  };
}
