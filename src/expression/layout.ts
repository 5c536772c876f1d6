/**
 * A panel's key as plain arrays. Rows are sorted by (session, instrument): session s has the rows
 * [offsets[s], offsets[s + 1]), and `codes[row]` is the row's instrument, strictly ascending within a session.
 */
export interface PanelKeys {
  readonly sessionCount: number;
  readonly instrumentCount: number;
  readonly offsets: Uint32Array;
  readonly codes: Int32Array;
}

/**
 * What counts as a position of an instrument's series. "calendar": every session from its first row to its last, with
 * NaN where it has no row, as in qlib. "rows": its own rows only, as in pandas' groupby-rolling.
 */
export type Windows = "calendar" | "rows";

/** Half-open. */
export interface SessionRange {
  readonly from: number;
  readonly to: number;
}

/** For each instrument, the session of its first row and one past that of its last; both 0 where it has no row. */
export interface Spans {
  readonly from: Int32Array;
  readonly to: Int32Array;
}

/** Of the codes that spans were asked of before; an index keeps the same array of codes. */
const knownSpans = new WeakMap<Int32Array, Spans>();

export function spansOf(keys: PanelKeys): Spans {
  let spans = knownSpans.get(keys.codes);
  if (!spans) {
    spans = findSpans(keys);
    knownSpans.set(keys.codes, spans);
  }
  return spans;
}

function findSpans({ sessionCount, instrumentCount, offsets, codes }: PanelKeys): Spans {
  const from = new Int32Array(instrumentCount);
  const to = new Int32Array(instrumentCount);
  for (let s = 0; s < sessionCount; s++) {
    for (let row = offsets[s]!, end = offsets[s + 1]!; row < end; row++) {
      const code = codes[row]!;
      if (to[code] === 0) from[code] = s;
      to[code] = s + 1;
    }
  }
  return { from, to };
}

/** What of the panel is computed: the sessions whose rows are wanted, and how many positions beside them are read. */
export interface Extent {
  readonly windows: Windows;
  readonly sessions: SessionRange;
  /** Positions before and after the wanted ones; may be infinite. */
  readonly back: number;
  readonly ahead: number;
  /** The sessions that may be read for them. */
  readonly readable: SessionRange;
}

/** The sessions that results of the sessions [from, to) depend on: these and their margins; row windows may reach any. */
export function reached(
  { windows, back, ahead, readable }: Extent,
  { from, to }: SessionRange,
): SessionRange {
  if (windows === "rows") return readable;
  return { from: Math.max(readable.from, from - back), to: Math.min(readable.to, to + ahead) };
}
