import { DataServiceError } from "../errors.js";
import { PanelIndex } from "../keys/panel-index.js";
import { resolveField } from "../names/field.js";
import { namedEntries } from "../names/named-entries.js";
import type { Panel } from "../panel/panel.js";
import { NS_PER_DAY, NS_PER_MS } from "../time.js";
import { type Aggregation, aggregateColumn } from "./aggregation.js";

/** What the sessions of a bar have in common: a calendar day, a week from Monday on, a month …, or so many in a row. */
export type Period = "day" | "week" | "month" | "quarter" | "year" | number;

/** 1970-01-01 was a Thursday: so many days before it the week began. */
const DAYS_INTO_WEEK = 3n;

/** A number that the sessions of a period share. */
const PERIODS: Readonly<Record<Exclude<Period, number>, (ns: bigint) => bigint>> = {
  day: (ns) => floorDivide(ns, NS_PER_DAY),
  week: (ns) => floorDivide(floorDivide(ns, NS_PER_DAY) + DAYS_INTO_WEEK, 7n),
  month: (ns) => BigInt(monthsOf(ns)),
  quarter: (ns) => BigInt(Math.floor(monthsOf(ns) / 3)),
  year: (ns) => BigInt(Math.floor(monthsOf(ns) / 12)),
};

/** @see Panel.resample @throws DataServiceError bad-request, unknown-field */
export function resample(panel: Panel, period: Period, how: Readonly<Record<string, Aggregation>>): Panel {
  const { index } = panel;
  const periods = periodsOf(index, period);
  const { of, count, offsets, codes } = barsOf(index, periods);
  const datetimes = BigInt64Array.from(periods.last, (session) => index.datetimes[session]!);
  const { instruments, timezone } = index;
  const columns = namedEntries(how, "resample").map(([name, aggregation]) => {
    const own = resolveField(name, panel.columns, panel.label, panel.info.groups);
    return [
      name,
      aggregateColumn(name, panel.columns.get(own)!, { of, count }, aggregation, "resample"),
    ] as const;
  });
  if (columns.length === 0) {
    const problem =
      'resample: no column is asked for; give { column: aggregation }, such as { close: "last" }';
    throw new DataServiceError("bad-request", problem);
  }
  return panel.select(Object.keys(how)).with({
    index: new PanelIndex({ datetimes, instruments, offsets, codes, timezone }),
    columns: new Map(columns),
  });
}

interface Periods {
  /** The period of each session. */
  readonly of: Int32Array;
  /** The last session of each. */
  readonly last: number[];
}

/** @throws DataServiceError bad-request */
function periodsOf({ datetimes }: PanelIndex, period: Period): Periods {
  const isCount = typeof period === "number" && Number.isInteger(period) && period > 0;
  if (!isCount && !(typeof period === "string" && Object.hasOwn(PERIODS, period))) {
    const problem = `resample: ${JSON.stringify(period)} is no period; give ${Object.keys(PERIODS)
      .map((name) => `"${name}"`)
      .join(", ")}, or a number of sessions`;
    throw new DataServiceError("bad-request", problem, { found: Object.keys(PERIODS) });
  }
  const keyOf = typeof period === "number" ? undefined : PERIODS[period];
  const of = new Int32Array(datetimes.length);
  const last: number[] = [];
  let before: bigint | undefined;
  for (const [session, ns] of datetimes.entries()) {
    const key = keyOf ? keyOf(ns) : BigInt(Math.floor(session / (period as number)));
    if (key !== before) last.push(session);
    before = key;
    of[session] = last.length - 1;
    last[last.length - 1] = session;
  }
  return { of, last };
}

/** The bars of a lower frequency: one for each instrument that has a row in a period; and the bar of each row. */
function barsOf(index: PanelIndex, periods: Periods) {
  const width = index.instruments.length;
  const count = periods.last.length;
  const of = new Int32Array(index.rowCount);
  const offsets = new Uint32Array(count + 1);
  const codes: number[] = [];
  const barOf = new Int32Array(width);
  for (let p = 0, session = 0; p < count; p++) {
    const [first, last] = [index.startOf(session), index.startOf(periods.last[p]! + 1)];
    const own = index.codesOf(first, last);
    barOf.fill(-1);
    for (const code of own) barOf[code] = 0;
    for (let code = 0; code < width; code++) {
      if (barOf[code] === 0) barOf[code] = codes.push(code) - 1;
    }
    for (let i = 0; i < own.length; i++) of[first + i] = barOf[own[i]!]!;
    offsets[p + 1] = codes.length;
    session = periods.last[p]! + 1;
  }
  return { of, count: codes.length, offsets, codes: Int32Array.from(codes) };
}

function monthsOf(ns: bigint): number {
  const date = new Date(Number(floorDivide(ns, NS_PER_MS)));
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
}

function floorDivide(a: bigint, b: bigint): bigint {
  const quotient = a / b;
  return a % b < 0n ? quotient - 1n : quotient;
}
