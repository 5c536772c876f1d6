import type { Panel } from "../panel/panel.js";
import { formatNs } from "../time.js";
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

export interface Survivorship {
  /** Instruments that have a row. */
  readonly instruments: number;
  /**
   * Those without a row in the last session, each with the session of its last row, earliest first: delisted, out of
   * the universe, or suspended.
   */
  readonly ended: readonly { readonly instrument: string; readonly last: string }[];
  /** The share of `ended` in `instruments`, which a study of survivors alone would miss; 0 for an empty panel. */
  readonly endedShare: number;
}

/** Which instruments of a panel end before its last session. One pass over the rows. */
export function survivorship({ index }: Panel): Survivorship {
  const { last } = instrumentSpans(index);
  const codes = [...last.keys()].filter((code) => last[code]! >= 0);
  const ended = codes.filter((code) => last[code]! < index.sessionCount - 1);
  ended.sort((a, b) => last[a]! - last[b]! || a - b);
  return {
    instruments: codes.length,
    ended: ended.map((code) => ({
      instrument: index.instruments[code]!,
      last: formatNs(index.datetimes[last[code]!]!),
    })),
    endedShare: codes.length === 0 ? 0 : ended.length / codes.length,
  };
}
