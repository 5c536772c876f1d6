import type { PanelIndex } from "./panel-index.js";

/** For each instrument code the first and the last session in which it has a row; -1 where it has none. */
export interface InstrumentSpans {
  readonly first: Int32Array;
  readonly last: Int32Array;
}

export function instrumentSpans(index: PanelIndex): InstrumentSpans {
  const first = new Int32Array(index.instruments.length).fill(-1);
  const last = new Int32Array(index.instruments.length).fill(-1);
  const { codes } = index;
  for (let s = 0; s < index.sessionCount; s++) {
    const end = index.startOf(s + 1);
    for (let row = index.startOf(s); row < end; row++) {
      const code = codes[row]!;
      if (first[code] === -1) first[code] = s;
      last[code] = s;
    }
  }
  return { first, last };
}
