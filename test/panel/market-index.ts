import fc from "fast-check";
import { pickRows } from "#src/keys/find/window-rows.js";
import { PanelIndex } from "#src/keys/panel-index.js";

/** An index of `sessions` sessions whose instruments are the set bits of each entry of `present`. */
export function indexOf(present: readonly (readonly number[])[], instruments: number, onDemand: boolean) {
  const offsets = new Uint32Array(present.length + 1);
  for (const [s, own] of present.entries()) offsets[s + 1] = offsets[s]! + own.length;
  const codes = Int32Array.from(present.flat());
  let read = 0;
  const source = {
    read: (first: number, last: number) => {
      read += last - first;
      return codes.slice(first, last);
    },
  };
  const index = new PanelIndex({
    datetimes: BigInt64Array.from(present, (_, s) => BigInt(s)),
    instruments: Array.from({ length: instruments }, (_, i) => String(i).padStart(4, "0")),
    offsets,
    codes: onDemand ? source : codes,
  });
  return { index, codesRead: () => read };
}

type Sessions = readonly [first: number, last: number];

/** All rows of the instruments, or the first or last `bars` of each. */
export function pick(
  index: PanelIndex,
  codes: Int32Array,
  [first, last]: Sessions,
  bars?: number,
  fromLast = false,
) {
  return pickRows(index, codes, { first, last, bars: bars ?? last - first, fromLast });
}

/** The instruments of a session. */
export const sessionOf = (instruments: number, most: number) =>
  fc
    .uniqueArray(fc.nat(instruments - 1), { minLength: 1, maxLength: most })
    .map((own) => own.sort((a, b) => a - b));
