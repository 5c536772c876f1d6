import { instrumentSpans } from "../keys/instrument-spans.js";
import { formatNs } from "../time.js";
import type { Panel } from "./panel.js";

/** Which instruments of a panel have no rows at its end. */
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
