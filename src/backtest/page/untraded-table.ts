import type { Bilingual } from "../../report/page/bilingual.js";
import { both } from "../../report/page/bilingual.js";
import { type Html, html } from "../../report/page/html.js";
import { decimals } from "../../report/page/numbers.js";
import { table } from "../../report/page/table.js";
import { formatNs } from "../../time.js";
import type { Cut } from "../exchange/deal.js";
import type { Side } from "../exchange/exchange.js";
import type { Backtest } from "../replay/backtest.js";
import type { MissedTrade } from "../replay/missed-trades.js";
import type { Withheld } from "../strategies/strategy.js";

/** The same with its day as text. */
type Missed = MissedTrade & { readonly date: string };

const WORDS: Readonly<Record<Withheld | Cut, Bilingual>> = {
  unknown: { en: "unknown", zh: "未知标的" },
  "not-listed": { en: "not listed yet", zh: "尚未上市" },
  delisted: { en: "delisted", zh: "已退市" },
  "not-member": { en: "not a member of the list", zh: "不在成分内" },
  suspended: { en: "suspended", zh: "停牌" },
  "limit-up": { en: "limit up", zh: "涨停" },
  "limit-down": { en: "limit down", zh: "跌停" },
  "held-too-short": { en: "held too short", zh: "持有期不足" },
  "no-price": { en: "no price", zh: "无价格" },
  volume: { en: "not enough volume", zh: "成交量不足" },
  cash: { en: "not enough cash", zh: "现金不足" },
  lot: { en: "less than a lot", zh: "不足一手" },
};

/** More rows make the page heavy; the largest sums are shown. */
const MOST_ROWS = 500;

/** What could not be traded: sums by reason, then one by one. */
export function untradedPart(backtest: Backtest): Html {
  const missed: Missed[] = backtest.missed.map((trade) => ({ ...trade, date: formatNs(trade.datetime) }));
  if (missed.length === 0) {
    return html`<p>${both({ en: "Everything that was ordered was traded.", zh: "全部委托均已成交。" })}</p>`;
  }
  const sizeOf = ({ value }: Missed) => (Number.isFinite(value) ? Math.abs(value) : -1);
  const shown = missed.toSorted((a, b) => sizeOf(b) - sizeOf(a)).slice(0, MOST_ROWS);
  const left = missed.length - shown.length;
  return html`<p>${both({
    en: "The cost of a missed trade is what its money would have made, or of a sale what it lost, until the instrument's next close. A halt that is met day after day counts once. Below 0 missing it was luck.",
    zh: "未成交的代价：该笔资金到标的下一个收盘价为止本应赚得（买入）或本可避免亏损（卖出）的金额。连续停牌只计一次；负数表示反而受益。",
  })}</p>
${reasonTable(missed)}
<h3>${both({ en: "One by one", zh: "明细" })}${left > 0 && both({ en: ` (the ${MOST_ROWS} largest of ${missed.length})`, zh: `（共 ${missed.length} 条，最大 ${MOST_ROWS} 条）` })}</h3>
${table<Missed>({
  id: "untraded",
  caption: { en: "What could not be traded", zh: "未能成交" },
  filter: shown.length > 20,
  rows: shown,
  columns: [
    { heading: { en: "Session", zh: "交易日" }, kind: "name", cell: ({ date }) => date },
    { heading: { en: "Instrument", zh: "标的" }, kind: "name", cell: ({ instrument }) => instrument },
    {
      heading: { en: "Side", zh: "方向" },
      kind: "name",
      cell: ({ side }) => both(side === "buy" ? { en: "buy", zh: "买" } : { en: "sell", zh: "卖" }),
      value: ({ side }) => side,
    },
    {
      heading: { en: "Why not", zh: "原因" },
      kind: "name",
      cell: ({ why }) => both(WORDS[why]),
      value: ({ why }) => why,
    },
    {
      heading: { en: "Money", zh: "金额" },
      kind: "number",
      cell: ({ value }) => decimals(value, 0),
      value: ({ value }) => value,
    },
    {
      heading: { en: "What it cost", zh: "代价" },
      kind: "number",
      cell: ({ cost }) => decimals(cost, 0),
      value: ({ cost }) => cost,
    },
  ],
})}`;
}

interface Sum {
  readonly side: Side;
  readonly why: Withheld | Cut;
  readonly instruments: Set<string>;
  count: number;
  value: number;
  cost: number;
}

function reasonTable(missed: readonly Missed[]): Html {
  const sums = new Map<string, Sum>();
  for (const { why, side, value, cost, instrument } of missed) {
    const key = `${side} ${why}`;
    const sum = sums.get(key) ?? { side, why, count: 0, value: 0, cost: 0, instruments: new Set<string>() };
    sum.count++;
    if (Number.isFinite(value)) sum.value += Math.abs(value);
    if (Number.isFinite(cost)) sum.cost += cost;
    sum.instruments.add(instrument);
    sums.set(key, sum);
  }
  return table({
    id: "untraded-reasons",
    caption: { en: "What could not be traded, by reason", zh: "未能成交（按原因）" },
    rows: [...sums.values()],
    columns: [
      {
        heading: { en: "Reason", zh: "原因" },
        kind: "name",
        cell: ({ side, why }) => {
          const word = WORDS[why];
          return both({ en: `${side}: ${word.en}`, zh: `${side === "buy" ? "买" : "卖"}：${word.zh}` });
        },
      },
      {
        heading: { en: "Times", zh: "次数" },
        kind: "number",
        cell: ({ count }) => String(count),
        value: ({ count }) => count,
      },
      {
        heading: { en: "Instruments", zh: "标的数" },
        kind: "number",
        cell: ({ instruments }) => String(instruments.size),
        value: ({ instruments }) => instruments.size,
      },
      {
        heading: { en: "Money", zh: "金额" },
        kind: "number",
        cell: ({ value }) => decimals(value, 0),
        value: ({ value }) => value,
      },
      {
        heading: { en: "What it cost", zh: "代价" },
        kind: "number",
        cell: ({ cost }) => decimals(cost, 0),
        value: ({ cost }) => cost,
      },
    ],
  });
}
