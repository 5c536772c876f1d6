import { DataServiceError } from "../errors.js";
import type { MemberSpan } from "../formats/qlib/lists.js";
import type { SessionRows } from "../keys/find/session-rows.js";
import { type ChosenInstruments, instrumentsOf } from "../keys/find/window-plan.js";
import { lookUp } from "../keys/find/window-rows.js";
import type { PanelIndex } from "../keys/panel-index.js";
import { HeldRows } from "./held-rows.js";
import type { InstrumentList } from "./instrument-list.js";
import { type MemberRows, memberRows } from "./member-rows.js";

/** The rows of the members of a list, each with the span it lies in. */
export interface MembershipSpans {
  /** The number of the span of each row. */
  readonly ofRow: Int32Array;
  /** The first session of each span. */
  readonly starts: readonly number[];
}

/** What a universe holds of one index. */
interface Held extends ChosenInstruments {
  readonly source: HeldRows;
  readonly members?: MemberRows | undefined;
}

/**
 * A set of instruments: codes, or a list with dated spans, whose members have only the rows of the days on which they
 * belong. Give it to any call that takes codes. The first window of a panel looks its rows up in all sessions of that
 * panel; they are held, 10 bytes each, as long as the Universe and the panel are, so that windows at thousands of dates
 * pay for it once.
 */
export class Universe implements Iterable<string> {
  /** The list's name; undefined where the universe was made of codes. */
  readonly name: string | undefined;
  /** Where the list was read from. */
  readonly path: string | undefined;
  /** All instruments that ever belong to it, each once. */
  readonly instruments: readonly string[];
  /** When each belongs to it, both ends inclusive; undefined where it was made of codes, which always belong. */
  readonly spans: readonly MemberSpan[] | undefined;
  readonly #held = new WeakMap<PanelIndex, Held>();

  private constructor(instruments: Iterable<string>, list?: InstrumentList) {
    this.instruments = Object.freeze([...new Set(instruments)]);
    this.name = list?.name;
    this.path = list?.path;
    this.spans = list?.spans;
  }

  /** A universe of codes or of a list; of another universe, itself. @throws DataServiceError bad-request */
  static of(codesOrList: string | Iterable<string> | InstrumentList): Universe {
    if (codesOrList instanceof Universe) return codesOrList;
    if (!isList(codesOrList)) return new Universe(instrumentsOf(codesOrList));
    const { spans, name } = codesOrList;
    const bad = spans.find(({ startNs, endNs }) => typeof startNs !== "bigint" || typeof endNs !== "bigint");
    if (bad === undefined)
      return new Universe(
        spans.map(({ instrument }) => instrument),
        codesOrList,
      );
    const problem = `universe: a span of ${bad.instrument} in list "${name}" has no startNs and endNs, epoch nanoseconds, such as 1577923200000000000n`;
    throw new DataServiceError("bad-request", problem, { instrument: bad.instrument });
  }

  /** The instruments. */
  [Symbol.iterator](): Iterator<string> {
    return this.instruments[Symbol.iterator]();
  }

  /** @internal */
  chosenIn(index: PanelIndex): ChosenInstruments {
    return this.#in(index);
  }

  /** In which span each of some rows lies, which must be rows of members; undefined where codes always belong. @internal */
  spansOf(index: PanelIndex, rows: Uint32Array): MembershipSpans | undefined {
    const { members, source } = this.#in(index);
    if (!members) return undefined;
    const places = source.placesOf(rows);
    return { ofRow: Int32Array.from(places, (place) => members.spans[place]!), starts: members.spanStarts };
  }

  #in(index: PanelIndex): Held {
    const known = this.#held.get(index);
    if (known) return known;
    const held = this.spans
      ? membersIn(index, { name: this.name!, spans: this.spans })
      : codesIn(index, this);
    this.#held.set(index, held);
    return held;
  }
}

function codesIn(index: PanelIndex, { instruments }: Universe): Held {
  const { codes, unknown } = index.codesOfAll(instruments);
  return { codes, unknown, source: new HeldRows(lookUp(index, codes, 0, index.sessionCount)) };
}

function membersIn(index: PanelIndex, list: InstrumentList): Held {
  const members = memberRows(index, list, 0, index.sessionCount);
  const { codes } = index.codesOfAll(list.spans.map(({ instrument }) => instrument));
  const source = new HeldRows(sessionRows(index, codes, members.rows));
  return { codes, unknown: members.unknown, source, members, skipsUnknown: true };
}

/** Some rows of the instruments `codes`, ascending, by session. */
function sessionRows(index: PanelIndex, codes: Int32Array, rows: Uint32Array): SessionRows {
  const positionOf = new Int32Array(index.instruments.length);
  for (const [position, code] of codes.entries()) positionOf[code] = position;
  const positions = new Int32Array(rows.length);
  const seen = new Uint8Array(codes.length);
  const ends = new Uint32Array(index.sessionCount + 1);
  const all = index.codes;
  let session = 0;
  for (let at = 0; at < rows.length; at++) {
    const row = rows[at]!;
    while (row >= index.startOf(session + 1)) ends[++session] = at;
    positions[at] = positionOf[all[row]!]!;
    seen[positions[at]!] = 1;
  }
  ends.fill(rows.length, session + 1);
  return { first: 0, rows, positions, ends, seen };
}

/** Whether it is a list: what has dated spans. */
export function isList(one: unknown): one is InstrumentList {
  return typeof one === "object" && one !== null && Array.isArray((one as InstrumentList).spans);
}
