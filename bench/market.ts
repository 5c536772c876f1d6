import { Column } from "../src/columns/column.js";
import { PanelIndex } from "../src/keys/panel-index.js";
import { Panel } from "../src/panel/panel.js";
import { NS_PER_DAY, NS_PER_MS } from "../src/time.js";
import { Random } from "./random.js";

export interface MarketSize {
  readonly instruments: number;
  readonly sessions: number;
}

/** The whole A-share market: about 14 million rows. */
export const FULL_MARKET: MarketSize = { instruments: 5300, sessions: 4100 };
/** Fits a laptop: about 2.5 million rows. */
export const LAPTOP_MARKET: MarketSize = { instruments: 1500, sessions: 2500 };

/** Fields of daily_pv.h5, in its order. */
export const MARKET_FIELDS = ["$open", "$close", "$high", "$low", "$volume", "$factor"] as const;

/**
 * A generated A-share-like market, the same for the same size and seed: listings, delistings, suspensions
 * (missing rows), halted rows kept as NaN, splits. Six float32 columns; about 0.65 rows a cell of the grid.
 */
export function makeMarket({ instruments, sessions }: MarketSize, seed = 7): Panel {
  const random = new Random(seed);
  const datetimes = tradingDays(sessions, random);
  const codes = instrumentCodes(instruments);
  const lives = codes.map(() => lifeOf(sessions, random));
  // Every session has somebody trading: the first instrument is always there.
  lives[0] = { lists: 0, leaves: sessions };
  const room = lives.reduce((rows, life) => rows + life.leaves - life.lists, 0);
  const rowCodes = new Int32Array(room);
  const [open, close, high, low, volume, factor] = MARKET_FIELDS.map(() => new Float32Array(room)) as Six;
  const offsets = new Uint32Array(sessions + 1);
  const price = Float64Array.from(codes, () => Math.exp(1.1 + 3.3 * random.uniform()));
  const split = new Float64Array(instruments).fill(1);
  const swing = Float64Array.from(codes, () => 0.012 + 0.023 * random.uniform());
  const turnover = Float64Array.from(codes, () => Math.exp(14 + random.normal()));
  const resumes = new Int32Array(instruments);
  let row = 0;
  for (let s = 0; s < sessions; s++) {
    const market = 0.0002 + 0.011 * random.normal();
    for (let i = 0; i < instruments; i++) {
      const life = lives[i]!;
      if (s < life.lists || s >= life.leaves || s < resumes[i]!) continue;
      if (i > 0 && random.uniform() < SUSPENSIONS) {
        resumes[i] = s + random.integer(1, 16);
        continue;
      }
      if (random.uniform() < SPLITS) split[i]! *= 1.05 + 0.95 * random.uniform();
      const change = Math.max(-0.1, Math.min(0.1, market + swing[i]! * random.normal()));
      const last = Math.min(2000, Math.max(0.5, price[i]! * (1 + change)));
      const first = last * (1 + 0.008 * random.normal());
      price[i] = last;
      rowCodes[row] = i;
      factor[row] = split[i]!;
      if (random.uniform() < HALTED) {
        open[row] = close[row] = high[row] = low[row] = volume[row] = Number.NaN;
      } else {
        open[row] = first;
        close[row] = last;
        high[row] = Math.max(first, last) * (1 + 0.007 * Math.abs(random.normal()));
        low[row] = Math.min(first, last) * (1 - 0.007 * Math.abs(random.normal()));
        volume[row] = Math.round(turnover[i]! * (0.3 + 1.4 * random.uniform())) * 100;
      }
      row++;
    }
    offsets[s + 1] = row;
  }
  const index = new PanelIndex({
    datetimes,
    instruments: codes,
    offsets,
    codes: rowCodes.slice(0, row),
  });
  const columns = new Map<string, Column>();
  for (const [i, cells] of [open, close, high, low, volume, factor].entries()) {
    columns.set(MARKET_FIELDS[i]!, Column.of("float32", cells.slice(0, row)));
  }
  return new Panel(index, columns, { source: "the generated market" });
}

type Six = [Float32Array, Float32Array, Float32Array, Float32Array, Float32Array, Float32Array];

/** Chances a row: a suspension of 1 to 15 sessions begins; a split; halted, with a row of NaN. */
const SUSPENSIONS = 0.03 / 8;
const SPLITS = 0.0008;
const HALTED = 0.004;

/** Weekdays from 2008-12-29 on, 4 in 100 of them holidays; epoch nanoseconds. */
export function tradingDays(count: number, random: Random): BigInt64Array {
  const days = new BigInt64Array(count);
  let day = BigInt(Date.UTC(2008, 11, 29)) * NS_PER_MS;
  for (let found = 0; found < count; day += NS_PER_DAY) {
    const weekday = new Date(Number(day / NS_PER_MS)).getUTCDay();
    if (weekday !== 0 && weekday !== 6 && random.uniform() >= 0.04) days[found++] = day;
  }
  return days;
}

/** Codes of Shanghai, Shenzhen and Beijing, ascending. */
export function instrumentCodes(count: number): string[] {
  const codes: string[] = [];
  for (let i = 0; i < count; i++) {
    const [base, exchange] = i % 10 < 4 ? [600000, "SH"] : i % 10 < 9 ? [0, "SZ"] : [430000, "BJ"];
    codes.push(`${String(base + i).padStart(6, "0")}.${exchange}`);
  }
  return codes.sort();
}

/** The sessions [lists, leaves) of an instrument: a third is there from the start, six in 100 leave early. */
function lifeOf(sessions: number, random: Random): { lists: number; leaves: number } {
  const lists = random.uniform() < 0.35 ? 0 : Math.floor(random.uniform() * sessions * 0.95);
  const early = random.uniform() < 0.06;
  const leaves = early ? Math.min(sessions, lists + 30 + random.integer(0, sessions - lists)) : sessions;
  return { lists, leaves };
}
