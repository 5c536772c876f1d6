import { DataServiceError } from "../../errors.js";
import type { MemberSpan } from "../../formats/qlib/lists.js";
import { InstrumentNames } from "../../keys/instrument-names.js";
import { bareName } from "../../names/field.js";
import { nearestName, suggestion } from "../../names/nearest.js";
import { lowerBound, upperBound } from "../../search.js";
import { evaluateOnMarket } from "./market-expression.js";

/** Cells of a field, `values[session * instruments.length + instrument]`, NaN where there is none. */
export type Grid = Float32Array | Float64Array;

/** What a market is made of: a calendar, instruments, and a grid for each field, read when first asked for. */
export interface MarketParts {
  /** How errors and notes name it: the folder or file it came from. */
  readonly label: string;
  /** The trading calendar, strictly ascending, epoch nanoseconds; sessions without any bar are part of it. */
  readonly datetimes: BigInt64Array;
  /** Strictly ascending by code unit, in the spelling of the source. */
  readonly instruments: readonly string[];
  /** The first session of each instrument's bars, and the session after its last; both 0 where it has none. */
  readonly firstBar: Int32Array;
  readonly endBar: Int32Array;
  /** Names without `$`, with what reads each. */
  readonly fields: ReadonlyMap<string, () => Grid>;
  /** The members of an instrument list by the list's name, where the source has lists. @throws DataServiceError not-found */
  readonly list?: ((name: string) => readonly MemberSpan[]) | undefined;
}

/**
 * Daily prices as a backtest takes them: one contiguous grid a field, sessions × instruments. What has no bar, and what
 * was suspended, is NaN.
 */
export class Market {
  readonly label: string;
  readonly datetimes: BigInt64Array;
  readonly instruments: readonly string[];
  readonly firstBar: Int32Array;
  readonly endBar: Int32Array;
  /** The members of an instrument list by its name, where there are lists. */
  readonly list: ((name: string) => readonly MemberSpan[]) | undefined;
  readonly #readers: ReadonlyMap<string, () => Grid>;
  readonly #grids = new Map<string, Grid>();
  readonly #names: InstrumentNames;

  /** @internal */
  constructor(parts: MarketParts) {
    this.label = parts.label;
    this.datetimes = parts.datetimes;
    this.instruments = parts.instruments;
    this.firstBar = parts.firstBar;
    this.endBar = parts.endBar;
    this.list = parts.list;
    this.#readers = parts.fields;
    this.#names = new InstrumentNames(parts.instruments);
  }

  /** How many sessions there are. */
  get sessionCount(): number {
    return this.datetimes.length;
  }

  /** Names with `$`, ascending. */
  get fieldNames(): string[] {
    return [...this.#readers.keys()].map((name) => `$${name}`).sort();
  }

  /** Whether there is a field of this name. */
  hasField(name: string): boolean {
    return this.#readers.has(bareName(name));
  }

  /** The grid of a field, with or without `$`; undefined where the market has none of that name. */
  find(name: string): Grid | undefined {
    const bare = bareName(name);
    const known = this.#grids.get(bare);
    if (known) return known;
    const grid = this.#readers.get(bare)?.();
    if (grid) this.#grids.set(bare, grid);
    return grid;
  }

  /** The grid of a field. @throws DataServiceError unknown-field */
  field(name: string): Grid {
    const grid = this.find(name);
    if (grid) return grid;
    const near = nearestName(name, this.fieldNames);
    throw new DataServiceError(
      "unknown-field",
      `${this.label}: no field "${name}"${suggestion(near) || `; it has ${this.fieldNames.join(", ")}`}`,
      { field: name, found: this.fieldNames, ...(near !== undefined && { suggestion: near }) },
    );
  }

  /**
   * An expression of qlib's language over the market's fields, computed on the calendar positions from each instrument's
   * first to its last bar; a field that the market lacks is NaN, as in qlib. Conditions are 1 and 0.
   * @throws DataServiceError bad-expression
   */
  evaluate(text: string): Float32Array {
    return evaluateOnMarket(this, text);
  }

  /** The position of an instrument in either spelling, -1 where there is none; the exact spelling wins. */
  positionOf(instrument: string): number {
    return this.#names.codeOf(instrument);
  }

  /** The first session at or after `ns`; the session count where all are before. */
  sessionAtOrAfter(ns: bigint): number {
    return lowerBound(this.datetimes, ns, 0, this.sessionCount);
  }

  /** The last session at or before `ns`; -1 where all are after. */
  sessionAtOrBefore(ns: bigint): number {
    return upperBound(this.datetimes, ns, 0, this.sessionCount) - 1;
  }

  /** This market with some grids put in place of its own, or beside them; the others stay shared. */
  withFields(grids: Readonly<Record<string, Grid>>): Market {
    const fields = new Map<string, () => Grid>();
    for (const name of this.#readers.keys()) fields.set(name, () => this.find(name)!);
    for (const [name, grid] of Object.entries(grids)) fields.set(bareName(name), () => grid);
    return this.#with({ fields });
  }

  /** This market without some fields. */
  withoutFields(names: readonly string[]): Market {
    const left = new Set(names.map(bareName));
    const kept = [...this.#readers.keys()].filter((name) => !left.has(name));
    return this.#with({ fields: new Map(kept.map((name) => [name, () => this.find(name)!])) });
  }

  /** This market as if it had not opened in one session. */
  withoutSession(session: number): Market {
    const width = this.instruments.length;
    const cut = <T extends Grid>(grid: T): T => {
      const shorter = grid.slice(0, grid.length - width) as T;
      shorter.set(grid.subarray((session + 1) * width), session * width);
      return shorter;
    };
    const before = (bars: Int32Array): Int32Array => bars.map((bar) => (bar > session ? bar - 1 : bar));
    const names = [...this.#readers.keys()];
    return this.#with({
      datetimes: this.datetimes.filter((_, s) => s !== session),
      firstBar: before(this.firstBar),
      endBar: before(this.endBar),
      fields: new Map(names.map((name) => [name, () => cut(this.find(name)!)])),
    });
  }

  #with(parts: Partial<MarketParts>): Market {
    const { label, datetimes, instruments, firstBar, endBar, list } = this;
    return new Market({
      label,
      datetimes,
      instruments,
      firstBar,
      endBar,
      list,
      fields: this.#readers,
      ...parts,
    });
  }
}
