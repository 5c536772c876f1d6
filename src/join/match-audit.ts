import { alignRows, type RowAlignment } from "../align/align.js";
import { mapInstruments } from "../align/instrument-map.js";
import type { PanelIndex } from "../keys/panel-index.js";
import { formatNs } from "../time.js";
import { type Judge, judgeEqual, REASONS, type Reason, type ReasonCounts } from "./match-reasons.js";

/** One of the two tables that are matched, as ledgers name it. */
export interface MatchSide {
  readonly label: string;
  readonly index: PanelIndex;
}

/** The rows of two tables, matched by key. The left rows plus `rightOnly` are all keys that either has. */
export interface MatchCounts {
  /** Left rows that have a matching right row. */
  readonly matched: number;
  readonly leftOnly: number;
  /** Right rows that match no left row. */
  readonly rightOnly: number;
  /** Why the `leftOnly` rows have no match in the right table. */
  readonly leftOnlyBecause: ReasonCounts;
  /** Why the `rightOnly` rows have no match in the left table. */
  readonly rightOnlyBecause: ReasonCounts;
}

/** How the rows of one session match. */
export type SessionMatch = { readonly datetime: string } & MatchCounts;
/** How the rows of one instrument match. */
export type InstrumentMatch = { readonly instrument: string } & MatchCounts;

/** How unmatched rows are explained. */
export interface Judges {
  left(toRight: Int32Array): Judge;
  right(toLeft: Int32Array): Judge;
}

/** How two tables are matched; by default on equal keys. */
export interface Matching {
  /** The right row of each left row. */
  readonly align?: (() => RowAlignment) | undefined;
  /** The same, where it is at hand. */
  readonly alignment?: RowAlignment | undefined;
  readonly judges?: Judges | undefined;
}

/**
 * What matched between two tables, by reason, session and instrument. Nothing is computed before it is asked for: the
 * counts cost one alignment (or none, if it is at hand), the rest one pass over both. An alignment is as long as the
 * left table and is not kept for this: it is made again if nothing else has kept it.
 */
export class MatchAudit {
  readonly left: MatchSide;
  readonly right: MatchSide;
  readonly #align: () => RowAlignment;
  readonly #judges: Judges;
  #alignment: WeakRef<RowAlignment> | undefined;
  #matched: number | undefined;
  #tally: Tally | undefined;

  /** @internal */
  constructor(left: MatchSide, right: MatchSide, { align, alignment, judges }: Matching = {}) {
    this.left = left;
    this.right = right;
    this.#align = align ?? (() => alignRows(left.index, right.index));
    this.#alignment = alignment && new WeakRef(alignment);
    this.#matched = alignment?.matched;
    this.#judges = judges ?? {
      left: (toRight) => judgeEqual(left.index, right.index, toRight),
      right: (toLeft) => judgeEqual(right.index, left.index, toLeft),
    };
  }

  /** The right row of each left row, or -1. @internal */
  get alignment(): RowAlignment {
    const known = this.#alignment?.deref();
    if (known) return known;
    const made = this.#align();
    this.#alignment = new WeakRef(made);
    this.#matched = made.matched;
    return made;
  }

  /** How many rows match. */
  get matched(): number {
    return this.#matched ?? this.alignment.matched;
  }

  /** How many rows of the left have none beside them. */
  get leftOnly(): number {
    return this.left.index.rowCount - this.matched;
  }

  /** How many rows of the right have none beside them. */
  get rightOnly(): number {
    return sum(this.#count().rightOnlyBySession);
  }

  /** Why these have none: how many rows for each reason. */
  get leftOnlyBecause(): ReasonCounts {
    return reasonsOf(this.#count().leftReasons, 0, this.left.index.sessionCount);
  }

  /** Why these have none: how many rows for each reason. */
  get rightOnlyBecause(): ReasonCounts {
    return reasonsOf(this.#count().rightReasons, 0, this.right.index.sessionCount);
  }

  /** One entry for each session that either table has, ascending. */
  bySession(): SessionMatch[] {
    const { left, right } = this;
    const tally = this.#count();
    const [a, b] = [left.index.datetimes, right.index.datetimes];
    const out: SessionMatch[] = [];
    for (let i = 0, j = 0; i < a.length || j < b.length; ) {
      const inLeft = i < a.length && (j >= b.length || a[i]! <= b[j]!);
      const inRight = j < b.length && (i >= a.length || b[j]! <= a[i]!);
      const datetime = formatNs(inLeft ? a[i]! : b[j]!);
      out.push({ datetime, ...tally.session(inLeft ? i : -1, inRight ? j : -1) });
      if (inLeft) i++;
      if (inRight) j++;
    }
    return out;
  }

  /** One entry for each instrument that has a row in either table, the left's first, as spelled there. */
  byInstrument(): InstrumentMatch[] {
    const tally = this.#count();
    const out: InstrumentMatch[] = [];
    for (const [code, instrument] of this.left.index.instruments.entries()) {
      const counts = tally.instrument(code, tally.toRight[code]!);
      if (counts.matched + counts.leftOnly + counts.rightOnly > 0) out.push({ instrument, ...counts });
    }
    for (const [code, instrument] of this.right.index.instruments.entries()) {
      if (tally.toLeft[code]! >= 0) continue;
      const counts = tally.instrument(-1, code);
      if (counts.rightOnly > 0) out.push({ instrument, ...counts });
    }
    return out;
  }

  /** What JSON.stringify takes. */
  toJSON(): { left: string; right: string } & MatchCounts {
    const { matched, leftOnly, rightOnly, leftOnlyBecause, rightOnlyBecause } = this;
    const [left, right] = [this.left.label, this.right.label];
    return { left, right, matched, leftOnly, rightOnly, leftOnlyBecause, rightOnlyBecause };
  }

  #count(): Tally {
    this.#tally ??= new Tally(this.left.index, this.right.index, this.alignment.rows, this.#judges);
    return this.#tally;
  }
}

const R = REASONS.length;

/** Rows counted by session and by instrument; reasons are `REASONS.length` counts an entry. */
class Tally {
  readonly toLeft: Int32Array;
  readonly toRight: Int32Array;
  readonly matchedBySession: Float64Array;
  readonly rightOnlyBySession: Float64Array;
  readonly leftReasons: Float64Array;
  readonly rightReasons: Float64Array;
  readonly #matchedByCode: Float64Array;
  readonly #leftReasonsByCode: Float64Array;
  readonly #rightReasonsByCode: Float64Array;

  constructor(left: PanelIndex, right: PanelIndex, rows: Int32Array, judges: Judges) {
    this.toLeft = mapInstruments(right.instruments, left.instruments);
    this.toRight = new Int32Array(left.instruments.length).fill(-1);
    for (const [code, there] of this.toLeft.entries()) if (there >= 0) this.toRight[there] = code;
    this.matchedBySession = new Float64Array(left.sessionCount);
    this.rightOnlyBySession = new Float64Array(right.sessionCount);
    this.leftReasons = new Float64Array(left.sessionCount * R);
    this.rightReasons = new Float64Array(right.sessionCount * R);
    this.#matchedByCode = new Float64Array(left.instruments.length);
    this.#leftReasonsByCode = new Float64Array(left.instruments.length * R);
    this.#rightReasonsByCode = new Float64Array(right.instruments.length * R);
    const used = this.#countLeft(left, right, rows, judges);
    this.#countRight(right, used, judges);
  }

  #countLeft(left: PanelIndex, right: PanelIndex, rows: Int32Array, judges: Judges): Uint8Array {
    const used = new Uint8Array(right.rowCount);
    const { codes } = left;
    let judge: Judge | undefined;
    for (let s = 0; s < left.sessionCount; s++) {
      const end = left.startOf(s + 1);
      for (let row = left.startOf(s); row < end; row++) {
        const [there, code] = [rows[row]!, codes[row]!];
        if (there >= 0) {
          used[there] = 1;
          this.matchedBySession[s]!++;
          this.#matchedByCode[code]!++;
        } else {
          judge ??= judges.left(this.toRight);
          const reason = judge(s, code);
          this.leftReasons[s * R + reason]!++;
          this.#leftReasonsByCode[code * R + reason]!++;
        }
      }
    }
    return used;
  }

  #countRight(right: PanelIndex, used: Uint8Array, judges: Judges): void {
    const { codes } = right;
    let judge: Judge | undefined;
    for (let s = 0; s < right.sessionCount; s++) {
      const end = right.startOf(s + 1);
      for (let row = right.startOf(s); row < end; row++) {
        if (used[row] === 1) continue;
        judge ??= judges.right(this.toLeft);
        const reason = judge(s, codes[row]!);
        this.rightOnlyBySession[s]!++;
        this.rightReasons[s * R + reason]!++;
        this.#rightReasonsByCode[codes[row]! * R + reason]!++;
      }
    }
  }

  session(inLeft: number, inRight: number): MatchCounts {
    const matched = inLeft >= 0 ? this.matchedBySession[inLeft]! : 0;
    return countsOf(matched, this.leftReasons, inLeft, this.rightReasons, inRight);
  }

  instrument(inLeft: number, inRight: number): MatchCounts {
    const matched = inLeft >= 0 ? this.#matchedByCode[inLeft]! : 0;
    return countsOf(matched, this.#leftReasonsByCode, inLeft, this.#rightReasonsByCode, inRight);
  }
}

/** The counts of one entry; -1 where the left or the right has no such entry. */
function countsOf(
  matched: number,
  leftReasons: Float64Array,
  inLeft: number,
  rightReasons: Float64Array,
  inRight: number,
): MatchCounts {
  const part = (reasons: Float64Array, at: number) => (at < 0 ? [] : reasons.subarray(at * R, at * R + R));
  return {
    matched,
    leftOnly: sum(part(leftReasons, inLeft)),
    rightOnly: sum(part(rightReasons, inRight)),
    leftOnlyBecause: inLeft < 0 ? {} : reasonsOf(leftReasons, inLeft, inLeft + 1),
    rightOnlyBecause: inRight < 0 ? {} : reasonsOf(rightReasons, inRight, inRight + 1),
  };
}

/** The reasons of the entries [first, last), those that occur. */
function reasonsOf(counts: Float64Array, first: number, last: number): ReasonCounts {
  const found: Partial<Record<Reason, number>> = {};
  for (const [r, reason] of REASONS.entries()) {
    let total = 0;
    for (let at = first; at < last; at++) total += counts[at * R + r]!;
    if (total > 0) found[reason] = total;
  }
  return found;
}

function sum(counts: Iterable<number>): number {
  let total = 0;
  for (const count of counts) total += count;
  return total;
}
