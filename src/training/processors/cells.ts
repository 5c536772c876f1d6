import { fillMissing } from "../kernels/missing.js";
import type { Kind } from "./kind.js";

export const fillna: Kind<"Fillna"> = {
  apply: (frame, { fields, value = 0 }, tally) => {
    for (const group of frame.groupsOf(fields, "Fillna")) {
      const block = frame.blocks.get(group)!;
      tally.filled += fillMissing(block.writable(), block.width, value);
    }
  },
};

/** Columns that qlib's TanhProcess takes for labels. */
const LABEL = "LABEL";

export const tanhProcess: Kind<"TanhProcess"> = {
  apply: (frame, { fields }) => {
    for (const group of frame.groupsOf(fields, "TanhProcess")) {
      const block = frame.blocks.get(group)!;
      const columns = [...block.names.keys()].filter((c) => !block.names[c]!.includes(LABEL));
      const cells = block.writable();
      for (let row = 0, base = 0; row < frame.rowCount; row++, base += block.width) {
        for (const c of columns) cells[base + c] = Math.tanh(cells[base + c]! - 1);
      }
    }
  },
};

/** By instrument: the last number before, where it is at most `limit` sessions of the frame's old. */
export const forwardFill: Kind<"ForwardFill"> = {
  apply: (frame, { fields, limit = Number.POSITIVE_INFINITY }, tally) => {
    const { index } = frame;
    for (const group of frame.groupsOf(fields, "ForwardFill")) {
      const block = frame.blocks.get(group)!;
      const { width } = block;
      const cells = block.writable();
      const lastSession = new Int32Array(index.instruments.length * width).fill(-1);
      const lastNumber = new Float64Array(lastSession.length);
      for (let s = 0; s < index.sessionCount; s++) {
        for (let row = index.startOf(s); row < index.startOf(s + 1); row++) {
          const known = index.codes[row]! * width;
          for (let c = 0; c < width; c++) {
            const x = cells[row * width + c]!;
            if (!Number.isNaN(x)) {
              lastSession[known + c] = s;
              lastNumber[known + c] = x;
            } else if (lastSession[known + c]! >= 0 && s - lastSession[known + c]! <= limit) {
              cells[row * width + c] = lastNumber[known + c]!;
              tally.filled++;
            }
          }
        }
      }
    }
  },
};
