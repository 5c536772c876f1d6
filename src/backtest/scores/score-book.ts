import { DataServiceError } from "../../errors.js";
import { checkChoice } from "../../names/choice.js";
import { listNames } from "../../names/field.js";
import { onlyPanel } from "../../panel/only-panels.js";
import type { Panel } from "../../panel/panel.js";
import { formatNs } from "../../time.js";
import type { Market } from "../market/market.js";
import { InstrumentOrder } from "./instrument-order.js";

/** The scores that a session's orders are decided on. */
export interface Signal {
  /** Instruments, in the order of their names. */
  readonly codes: Int32Array;
  /** One a code; NaN where there is none. */
  readonly values: Float32Array | Float64Array;
}

/** How names in scores are looked up: in either spelling, or, as qlib does, only as the market spells them. */
export type Spelling = "either" | "exact";
const SPELLINGS: readonly Spelling[] = ["either", "exact"];

export interface ScoreOptions {
  readonly spelling?: Spelling | undefined;
  /** The column of the scores; the first by default, as in qlib. */
  readonly column?: string | undefined;
  /** Names besides, which need a number as well. */
  readonly others?: readonly string[] | undefined;
}

/**
 * Scores by the session that trades on them: session i sees the rows dated in [calendar[i - 1], calendar[i]), of each
 * instrument the last that is not NaN (qlib: SignalWCache.get_signal with shift 1). The first session sees none.
 */
export class ScoreBook {
  readonly order: InstrumentOrder;
  readonly notes: string[] = [];
  /** How many of the scores' names the market has. */
  readonly knownNames: number;
  readonly #panel: Panel;
  readonly #values: Float32Array | Float64Array;
  /** The number of each of the panel's instruments. */
  readonly #codes: Int32Array;
  /** Whether the panel's own codes are the numbers. */
  readonly #isSame: boolean;
  /** Market session i trades on the panel's sessions [starts[i], starts[i + 1]). */
  readonly #starts: Int32Array;
  /** The row chosen for each rank, -1 for none; used anew by each call. */
  readonly #rows: Int32Array;

  /** @throws DataServiceError bad-request, unknown-field */
  constructor(scores: Panel, market: Market, options: ScoreOptions = {}) {
    onlyPanel(scores, "scores");
    const { spelling = "either", column, others = [] } = options;
    checkChoice(spelling, SPELLINGS, "spelling");
    const name = column ?? scores.columnNames[0];
    if (name === undefined || scores.rowCount === 0) {
      const problem = `${scores.label}: no scores; there is no ${name === undefined ? "column" : "row"}`;
      throw new DataServiceError("bad-request", problem);
    }
    this.#panel = scores;
    this.#values = scores.column(name).floats();
    refuseAllMissing(this.#values, scores.label, name);
    const exact = new Map(market.instruments.map((instrument, code) => [instrument, code]));
    const find = (instrument: string) =>
      exact.get(instrument) ?? (spelling === "either" ? market.positionOf(instrument) : -1);
    const used = scores.index.usedInstruments();
    const foreign = [...new Set([...used, ...others])].filter((instrument) => find(instrument) < 0);
    this.order = new InstrumentOrder(market, foreign);
    this.knownNames = used.filter((instrument) => find(instrument) >= 0).length;
    const own = new Map(foreign.map((instrument, i) => [instrument, market.instruments.length + i]));
    this.#codes = Int32Array.from(scores.index.instruments, (instrument) => {
      const code = find(instrument);
      return code >= 0 ? code : (own.get(instrument) ?? -1);
    });
    refuseTwoOfOne(scores, used, this.#codes, this.order.names);
    this.#isSame = this.#codes.every((code, local) => code === local);
    this.#rows = new Int32Array(this.order.names.length).fill(-1);
    this.#starts = startsOf(scores.index.datetimes, market.datetimes);
    if (foreign.length > 0) {
      const held = others.length > 0 ? "scores or positions" : "scores";
      this.notes.push(
        `${market.label} has no ${foreign.length} of the ${held}' names (${listNames(foreign)}): they take places in the ranking and are never traded, as in qlib`,
      );
    }
    const mapped = used.filter((instrument) => !exact.has(instrument) && find(instrument) >= 0);
    if (mapped.length > 0) {
      this.notes.push(
        `${mapped.length} names are spelled otherwise than in ${market.label} (${listNames(mapped)}) and were mapped before ranking; qlib would never trade them`,
      );
    }
  }

  /** What session i trades on; undefined without any row. */
  signalOf(session: number): Signal | undefined {
    const { index } = this.#panel;
    const [from, to] = [this.#starts[session]!, this.#starts[session + 1]!];
    if (from === to) return undefined;
    const [first, last] = [index.startOf(from), index.startOf(to)];
    if (this.#isSame && to - from === 1) {
      return { codes: index.codesOf(first, last), values: this.#values.subarray(first, last) };
    }
    return this.#merged(first, last);
  }

  /** The datetime of the scores that session i trades on, the last of several. */
  datetimeOf(session: number): bigint | undefined {
    const [from, to] = [this.#starts[session]!, this.#starts[session + 1]!];
    return from === to ? undefined : this.#panel.index.datetimes[to - 1];
  }

  /** Rows of one or several sessions: one a name, in the names' order. */
  #merged(first: number, last: number): Signal {
    const rows = this.#rows;
    const local = this.#panel.index.codesOf(first, last);
    let count = 0;
    for (let i = 0; i < local.length; i++) {
      const rank = this.order.rankOf(this.#codes[local[i]!]!);
      if (rows[rank] === -1) count++;
      if (rows[rank] === -1 || !Number.isNaN(this.#values[first + i]!)) rows[rank] = first + i;
    }
    const [codes, values] = [new Int32Array(count), new Float64Array(count)];
    let at = 0;
    for (let rank = 0; at < count; rank++) {
      if (rows[rank] === -1) continue;
      codes[at] = this.order.codeAt(rank);
      values[at++] = this.#values[rows[rank]!]!;
      rows[rank] = -1;
    }
    return { codes, values };
  }

  /** How many sessions of [first, last] have scores. */
  countSessions(first: number, last: number): number {
    let count = 0;
    for (let s = first; s <= last; s++) if (this.#starts[s] !== this.#starts[s + 1]) count++;
    return count;
  }

  /** The first and the last datetime, for messages. */
  spanText(): string {
    const { datetimes, sessionCount } = this.#panel.index;
    return `${formatNs(datetimes[0]!)} .. ${formatNs(datetimes[sessionCount - 1]!)}`;
  }
}

/** Where the scores begin that each market session trades on; the session count + 1 entries. */
function startsOf(dated: BigInt64Array, calendar: BigInt64Array): Int32Array {
  const starts = new Int32Array(calendar.length + 1);
  let at = 0;
  for (let i = 0; i <= calendar.length; i++) {
    const since = i === 0 ? undefined : calendar[i - 1]!;
    while (since !== undefined && at < dated.length && dated[at]! < since) at++;
    starts[i] = at;
  }
  // Session 0 has no session before it, and what is dated before the calendar is seen by none.
  starts[0] = starts[1]!;
  return starts;
}

function refuseAllMissing(values: Float32Array | Float64Array, label: string, name: string): void {
  for (let row = 0; row < values.length; row++) if (!Number.isNaN(values[row]!)) return;
  throw new DataServiceError("bad-request", `${label}: every score in "${name}" is missing (NaN)`, {
    field: name,
    count: values.length,
  });
}

function refuseTwoOfOne(
  scores: Panel,
  used: readonly string[],
  codes: Int32Array,
  names: readonly string[],
): void {
  const seen = new Map<number, string>();
  for (const instrument of used) {
    const code = codes[scores.index.codeOf(instrument)]!;
    const twin = seen.get(code);
    if (twin !== undefined) {
      throw new DataServiceError(
        "duplicate-keys",
        `${scores.label}: "${twin}" and "${instrument}" both mean ${names[code]}; leave one out, or pass spelling: "exact" to take names as they stand`,
        { instrument, found: [twin, instrument] },
      );
    }
    seen.set(code, instrument);
  }
}
