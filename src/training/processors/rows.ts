import { parseEndNs, parseTimeNs } from "../../time.js";
import { markedRows } from "../../verbs/keep-rows.js";
import type { Fields, Frame } from "../frame/frame.js";
import { unmarkMissing } from "../kernels/missing.js";
import type { Kind, Tally } from "./kind.js";

export const dropnaProcessor: Kind<"DropnaProcessor"> = {
  dropsRows: true,
  apply: (frame, { fields }, tally) => dropMissing(frame, fields, "DropnaProcessor", tally),
};

export const dropnaLabel: Kind<"DropnaLabel"> = {
  learnOnly: true,
  dropsRows: true,
  apply: (frame, { fields = "label" }, tally) => dropMissing(frame, fields, "DropnaLabel", tally),
};

function dropMissing(frame: Frame, fields: Fields, what: string, tally: Tally): void {
  const kept = new Uint8Array(frame.rowCount).fill(1);
  for (const group of frame.groupsOf(fields, what)) {
    const block = frame.blocks.get(group)!;
    unmarkMissing(block.cells(), block.width, kept);
  }
  keepMarked(frame, kept, tally);
}

/** An instrument stays only if it has rows at both ends of the range: survivorship by design (qlib's inst_processors). */
export const timeRangeFlt: Kind<"TimeRangeFlt"> = {
  apply: (frame, { start, end }, tally) => {
    const { index } = frame;
    const [first, last] = [
      new Int32Array(index.instruments.length).fill(-1),
      new Int32Array(index.instruments.length),
    ];
    for (let s = 0; s < index.sessionCount; s++) {
      for (let row = index.startOf(s); row < index.startOf(s + 1); row++) {
        const code = index.codes[row]!;
        if (first[code] === -1) first[code] = s;
        last[code] = s;
      }
    }
    const startNs = start === undefined ? undefined : parseTimeNs(start, "TimeRangeFlt: start");
    const endNs = end === undefined ? undefined : parseEndNs(end, "TimeRangeFlt: end");
    const stays = Uint8Array.from(first, (from, code) => {
      const early = startNs === undefined || index.datetimes[from]! <= startNs;
      const late = endNs === undefined || isAtOrAfter(index.datetimes[last[code]!]!, end!, endNs);
      return from >= 0 && early && late ? 1 : 0;
    });
    keepMarked(
      frame,
      index.codes.map((code) => stays[code]!),
      tally,
    );
  },
};

/** A bare date as the end is reached by any time of its day. */
function isAtOrAfter(ns: bigint, end: NonNullable<Parameters<typeof parseEndNs>[0]>, endNs: bigint): boolean {
  return ns >= endNs || ns >= parseTimeNs(end, "TimeRangeFlt: end");
}

function keepMarked(frame: Frame, kept: ArrayLike<number>, tally: Tally): void {
  const before = frame.rowCount;
  frame.keepRows(markedRows(kept).slice());
  tally.rowsDropped += before - frame.rowCount;
}
