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
 * What a position of an instrument's series is. "calendar": every session from its first row to its last, with NaN
 * where it has no row, as qlib lays it out. "rows": its own rows only, as pandas' groupby-rolling.
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

export function instrumentSpans({ sessionCount, instrumentCount, offsets, codes }: PanelKeys): Spans {
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
}

/** Some neighbouring instruments, their series one after another in a tile of `length` cells. */
export interface Block {
  /** Instruments [first, first + count). */
  readonly first: number;
  readonly count: number;
  readonly length: number;
  /** Instrument first + j has the cells [starts[j], starts[j + 1]). */
  readonly starts: Int32Array;
  /** The absolute position of each instrument's first cell: its session, or the ordinal of its row. */
  readonly origins: Int32Array;
  /** The panel rows of the block, ascending, and the cell and session of each. */
  readonly rows: Uint32Array;
  readonly cells: Uint32Array;
  readonly sessions: Uint32Array;
  /** Entries [wantedFrom, wantedTo) of `rows` are in the wanted sessions; the others are warm-up. */
  readonly wantedFrom: number;
  readonly wantedTo: number;
}

/** Lays out the instruments [first, first + count). */
export function layOutBlock(
  keys: PanelKeys,
  spans: Spans,
  extent: Extent,
  first: number,
  count: number,
): Block {
  const { windows, sessions } = extent;
  const low = windows === "rows" ? 0 : Math.max(0, sessions.from - extent.back);
  const high =
    windows === "rows" ? keys.sessionCount : Math.min(keys.sessionCount, sessions.to + extent.ahead);
  const found = rowsOf(keys, spans, first, count, low, high);
  const starts = new Int32Array(count + 1);
  const origins = new Int32Array(count);
  const cells = new Uint32Array(found.rows.length);
  if (windows === "calendar") {
    for (let j = 0; j < count; j++) {
      const from = Math.max(low, spans.from[first + j]!);
      const to = Math.min(high, spans.to[first + j]!);
      origins[j] = from;
      starts[j + 1] = starts[j]! + Math.max(0, to - from);
    }
    for (let k = 0; k < cells.length; k++) {
      const j = keys.codes[found.rows[k]!]! - first;
      cells[k] = starts[j]! + found.sessions[k]! - origins[j]!;
    }
    return finish(found, cells);
  }
  // Row windows: number each instrument's rows, then keep those within reach of its wanted ones.
  const seen = new Int32Array(count);
  const from = new Int32Array(count).fill(-1);
  const to = new Int32Array(count);
  for (let k = 0; k < cells.length; k++) {
    const j = keys.codes[found.rows[k]!]! - first;
    const session = found.sessions[k]!;
    if (session >= sessions.from && from[j] === -1) from[j] = seen[j]!;
    seen[j] = seen[j]! + 1;
    if (session < sessions.to) to[j] = seen[j]!;
  }
  for (let j = 0; j < count; j++) {
    const wanted = from[j]! >= 0 && from[j]! < to[j]!;
    origins[j] = wanted ? Math.max(0, from[j]! - extent.back) : 0;
    const end = wanted ? Math.min(seen[j]!, to[j]! + extent.ahead) : 0;
    starts[j + 1] = starts[j]! + end - origins[j]!;
  }
  seen.fill(0);
  let kept = 0;
  for (let k = 0; k < cells.length; k++) {
    const j = keys.codes[found.rows[k]!]! - first;
    const at = seen[j]! - origins[j]!;
    seen[j] = seen[j]! + 1;
    if (at < 0 || starts[j]! + at >= starts[j + 1]!) continue;
    found.rows[kept] = found.rows[k]!;
    found.sessions[kept] = found.sessions[k]!;
    cells[kept++] = starts[j]! + at;
  }
  return finish(
    { rows: found.rows.subarray(0, kept), sessions: found.sessions.subarray(0, kept) },
    cells.subarray(0, kept),
  );

  function finish(listed: Pick<Block, "rows" | "sessions">, at: Uint32Array): Block {
    const wantedFrom = firstAtLeast(listed.sessions, sessions.from);
    const wantedTo = firstAtLeast(listed.sessions, sessions.to);
    return {
      first,
      count,
      length: starts[count]!,
      starts,
      origins,
      ...listed,
      cells: at,
      wantedFrom,
      wantedTo,
    };
  }
}

/** The panel rows of the instruments [first, first + count) in the sessions [low, high), ascending. */
function rowsOf(
  { offsets, codes }: PanelKeys,
  spans: Spans,
  first: number,
  count: number,
  low: number,
  high: number,
): { rows: Uint32Array; sessions: Uint32Array } {
  let from = high;
  let to = low;
  let most = 0;
  for (let code = first; code < first + count; code++) {
    from = Math.min(from, Math.max(low, spans.from[code]!));
    to = Math.max(to, Math.min(high, spans.to[code]!));
    most += Math.max(0, Math.min(high, spans.to[code]!) - Math.max(low, spans.from[code]!));
  }
  const rows = new Uint32Array(most);
  const sessions = new Uint32Array(most);
  let size = 0;
  for (let s = from; s < to; s++) {
    const end = offsets[s + 1]!;
    for (
      let row = firstCode(codes, offsets[s]!, end, first);
      row < end && codes[row]! < first + count;
      row++
    ) {
      rows[size] = row;
      sessions[size++] = s;
    }
  }
  return { rows: rows.subarray(0, size), sessions: sessions.subarray(0, size) };
}

function firstCode(codes: Int32Array, low: number, high: number, code: number): number {
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (codes[middle]! < code) low = middle + 1;
    else high = middle;
  }
  return low;
}

function firstAtLeast(sorted: Uint32Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
