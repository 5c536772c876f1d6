import type { PanelIndex } from "../keys/panel-index.js";
import type { InstrumentList } from "./instrument-list.js";

/** The rows of a list's members, session by session. */
export interface MemberRows {
  /** Rows of the index, ascending. */
  readonly rows: Uint32Array;
  /** The number of the span each row belongs to; spans of an instrument that overlap have one number. */
  readonly spans: Int32Array;
  /** The first session of each span. */
  readonly spanStarts: readonly number[];
  /** Codes of the list that the index does not have. */
  readonly unknown: readonly string[];
}

interface SessionSpan {
  readonly code: number;
  readonly from: number;
  to: number;
}

/** The rows of sessions [first, last) whose instrument is a member on their day. */
export function memberRows(index: PanelIndex, list: InstrumentList, first: number, last: number): MemberRows {
  const { merged, unknown } = sessionSpans(index, list);
  const starting = bySession(index, merged, "from", first);
  const ending = bySession(index, merged, "to", first);
  const current = new Int32Array(index.instruments.length).fill(-1);
  const base = index.startOf(first);
  const codes = index.codesOf(base, index.startOf(last));
  const rows = new Uint32Array(codes.length);
  const spans = new Int32Array(codes.length);
  let count = 0;
  for (let s = first; s < last; s++) {
    for (const span of ending.get(s) ?? []) current[merged[span]!.code] = -1;
    for (const span of starting.get(s) ?? []) if (merged[span]!.to > s) current[merged[span]!.code] = span;
    for (let at = index.startOf(s) - base; at < index.startOf(s + 1) - base; at++) {
      const span = current[codes[at]!]!;
      if (span < 0) continue;
      rows[count] = base + at;
      spans[count++] = span;
    }
  }
  const spanStarts = merged.map(({ from }) => from);
  return { rows: rows.slice(0, count), spans: spans.slice(0, count), spanStarts, unknown };
}

/** The spans as half-open session ranges, by instrument and start; those of one instrument never overlap. */
function sessionSpans(index: PanelIndex, list: InstrumentList): { merged: SessionSpan[]; unknown: string[] } {
  const unknown = new Set<string>();
  const found: SessionSpan[] = [];
  for (const { instrument, startNs, endNs } of list.spans) {
    const code = index.codeOf(instrument);
    if (code < 0) {
      unknown.add(instrument);
      continue;
    }
    const from = index.sessionAtOrAfter(startNs);
    const to = index.sessionAtOrAfter(endNs + 1n);
    if (from < to) found.push({ code, from, to });
  }
  found.sort((a, b) => a.code - b.code || a.from - b.from);
  const merged: SessionSpan[] = [];
  for (const span of found) {
    const before = merged.at(-1);
    if (before && before.code === span.code && span.from < before.to)
      before.to = Math.max(before.to, span.to);
    else merged.push(span);
  }
  return { merged, unknown: [...unknown] };
}

/** Span numbers by the session of one of their ends; what lies before `first` counts there. */
function bySession(
  index: PanelIndex,
  spans: readonly SessionSpan[],
  end: "from" | "to",
  first: number,
): Map<number, number[]> {
  const at = new Map<number, number[]>();
  for (const [number, span] of spans.entries()) {
    const session = Math.min(Math.max(span[end], first), index.sessionCount);
    const there = at.get(session);
    if (there) there.push(number);
    else at.set(session, [number]);
  }
  return at;
}
