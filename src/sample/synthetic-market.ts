import { panelFromColumns } from "../open/panel-from-columns.js";
import type { Panel } from "../panel/panel.js";
import { generator } from "../verbs/some-rows.js";

/** A market that never was: prices of a random walk, days without trade, a delisting and a listing among them. */
export interface SyntheticMarket {
  readonly sessions: readonly string[];
  /** Weekdays after the last session: a calendar goes on. */
  readonly later: readonly string[];
  readonly instruments: readonly string[];
  /** `$open $close $high $low $volume $factor`, as `daily_pv.h5` has them. */
  readonly prices: Panel;
  readonly valuation: Panel;
  readonly moneyFlow: Panel;
}

const BOARDS = [
  { first: 1, suffix: "SZ" },
  { first: 600_000, suffix: "SH" },
] as const;
/** The share of days on which an instrument is suspended. */
const SUSPENDED = 0.02;

const MS_PER_DAY = 86_400_000;

/** So many weekdays from a day on, or up to it where `step` is -1; ascending. */
function weekdays(count: number, from: number, step: 1 | -1): string[] {
  const days: string[] = [];
  for (let ms = from; days.length < count; ms += step * MS_PER_DAY) {
    const date = new Date(ms);
    if (date.getUTCDay() % 6 !== 0) days.push(date.toISOString().slice(0, 10));
  }
  return step === 1 ? days : days.reverse();
}

/** The same market for the same numbers. */
export function syntheticMarket(
  instrumentCount: number,
  sessionCount: number,
  seed: number,
): SyntheticMarket {
  const random = generator(seed);
  /** Of the standard normal distribution, by Box and Muller. */
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const sessions = weekdays(sessionCount, Date.UTC(2025, 11, 31), -1);
  const later = weekdays(20, Date.UTC(2026, 0, 1), 1);
  const instruments = Array.from({ length: instrumentCount }, (_, i) => {
    const { first, suffix } = BOARDS[i % 2]!;
    return `${String(first + Math.floor(i / 2)).padStart(6, "0")}.${suffix}`;
  });
  const rows: { day: number; code: string; cells: number[] }[] = [];
  for (const [i, code] of instruments.entries()) {
    const listed = i === 1 ? Math.floor(sessionCount / 3) : 0;
    const delisted = i === 2 ? Math.floor((2 * sessionCount) / 3) : sessionCount;
    const factor = 0.5 + random();
    const shares = 1e8 * (1 + 9 * random());
    let close = 5 + 40 * random();
    for (let day = listed; day < delisted; day++) {
      if (random() < SUSPENDED) continue;
      const open = close * (1 + 0.005 * normal());
      close = open * (1 + 0.002 + 0.02 * normal());
      const [high, low] = [
        Math.max(open, close) * (1 + 0.01 * random()),
        Math.min(open, close) * (1 - 0.01 * random()),
      ];
      const volume = shares * 0.01 * (0.5 + random()) * (1 + 10 * Math.abs(close / open - 1));
      const worth = (shares * close) / factor / 1e4;
      rows.push({
        ...{ day, code },
        cells: [
          open,
          close,
          high,
          low,
          volume / factor,
          factor,
          close / 2,
          worth,
          close / open - 1,
          volume / 100,
        ],
      });
    }
  }
  const panel = (columns: Readonly<Record<string, number>>): Panel =>
    panelFromColumns({
      datetime: rows.map(({ day }) => sessions[day]!),
      instrument: rows.map(({ code }) => code),
      columns: Object.fromEntries(
        Object.entries(columns).map(([name, place]) => [
          name,
          Float32Array.from(rows, ({ cells }) => cells[place]!),
        ]),
      ),
    });
  return {
    ...{ sessions, later, instruments },
    prices: panel({ $open: 0, $close: 1, $high: 2, $low: 3, $volume: 4, $factor: 5 }),
    valuation: panel({ db_pe_ttm: 6, db_total_mv: 7 }),
    moneyFlow: panel({ mf_net_amt: 8, mf_elg_buy_vol: 9 }),
  };
}
