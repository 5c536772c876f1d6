import { formatNs } from "../../time.js";
import { dealOrder, LEAST_VALUE } from "../exchange/deal.js";
import type { Exchange } from "../exchange/exchange.js";
import type { Ties } from "../scores/rank-names.js";
import type { ScoreBook } from "../scores/score-book.js";
import type { Order, Strategy, TradingDay } from "../strategies/strategy.js";
import type { Backtest, BacktestState, ChoiceDay, ReportColumn, UntradedOrder } from "./backtest.js";
import type { Book } from "./book.js";
import { DailyIndicators, INDICATORS } from "./daily-indicators.js";
import { DailyTable } from "./daily-table.js";
import { type MissedTrade, missedTrades } from "./missed-trades.js";
import { OrderLog } from "./order-log.js";
import { PositionHistory } from "./position-history.js";
import type { RunSpan } from "./run-span.js";

const REPORT: readonly ReportColumn[] = [
  "account",
  "return",
  "total_turnover",
  "turnover",
  "total_cost",
  "cost",
  "value",
  "cash",
  "bench",
];

export interface RunParts {
  readonly scores: ScoreBook;
  readonly exchange: Exchange;
  readonly strategy: Strategy;
  readonly book: Book;
  readonly benchmark: (session: number) => number;
  readonly ties: Ties;
  readonly buysFirst: boolean;
  readonly after: BacktestState | undefined;
  readonly span: RunSpan;
  /** How many names the strategy holds; 0 where that is not fixed. */
  readonly topk: number;
}

/** Trades session after session, and keeps the account of it (qlib: SimulatorExecutor, Account). */
export class TradingDays {
  readonly #parts: RunParts;
  readonly #datetimes: BigInt64Array;
  readonly #report: readonly Float64Array[];
  readonly #indicators: readonly Float64Array[];
  readonly #positions: PositionHistory;
  readonly #log: OrderLog;
  readonly #daily: DailyIndicators;
  readonly #untraded: UntradedOrder[] = [];
  readonly #choices: ChoiceDay[] = [];
  #account: number;
  #totalTurnover: number;
  #totalCost: number;
  /** Sessions with fewer scores than the strategy holds names. */
  #scarce = 0;

  constructor(parts: RunParts) {
    this.#parts = parts;
    const { span, scores, exchange, book, after } = parts;
    const count = span.last - span.first + 1;
    this.#datetimes = exchange.market.datetimes.slice(span.first, span.last + 1);
    this.#report = REPORT.map(() => new Float64Array(count));
    this.#indicators = INDICATORS.map(() => new Float64Array(count));
    const { order } = scores;
    this.#positions = new PositionHistory(this.#datetimes, order, count * Math.max(parts.topk, book.size, 1));
    this.#log = new OrderLog(this.#datetimes, order.names);
    this.#daily = new DailyIndicators(this.#log, order.names.length);
    // qlib's first return is relative to the cash alone, though positions may be there.
    this.#account = after?.account ?? book.cash;
    this.#totalTurnover = after?.totalTurnover ?? 0;
    this.#totalCost = after?.totalCost ?? 0;
  }

  /** Sessions come one after another. */
  run(session: number): void {
    const { strategy, exchange, book, buysFirst } = this.#parts;
    const orders = strategy.decide(this.#day(session));
    if (buysFirst) orders.sort((a, b) => Number(a.side === "sell") - Number(b.side === "sell"));
    const [turnover, cost] = [this.#totalTurnover, this.#totalCost];
    const first = this.#log.count;
    this.#execute(orders, session);
    book.close(exchange, session);
    this.#record(session, turnover, cost, first);
    this.#positions.record(book.cells);
    book.settleSales();
  }

  finish(notes: readonly string[]): Backtest {
    const { book, exchange, scores, strategy } = this.#parts;
    const { amounts, prices, weights, days } = book.cells;
    const log = this.#log;
    let missed: readonly MissedTrade[] | undefined;
    return {
      report: tableOf(this.#datetimes, REPORT, this.#report),
      indicators: tableOf(this.#datetimes, INDICATORS, this.#indicators),
      positions: this.#positions,
      get orders() {
        return log.orders;
      },
      untraded: this.#untraded,
      get missed() {
        missed ??= missedTrades(this, exchange.market);
        return missed;
      },
      choices: this.#choices,
      notes: [...notes, ...this.#notes()],
      state: {
        datetime: this.#datetimes.at(-1)!,
        cash: book.cash,
        account: this.#account,
        totalTurnover: this.#totalTurnover,
        totalCost: this.#totalCost,
        holdings: book.codes().map((code, i) => ({
          instrument: scores.order.names[code]!,
          amount: amounts[i]!,
          price: prices[i]!,
          weight: weights[i]!,
          days: days[i]!,
        })),
        adjusted: exchange.adjusted,
        memory: strategy.memory?.(),
      },
    };
  }

  #day(session: number): TradingDay {
    const { scores, exchange, book, ties } = this.#parts;
    const datetime = exchange.market.datetimes[session]!;
    const { order } = scores;
    const signal = scores.signalOf(session);
    if (signal && signal.codes.length < this.#parts.topk) this.#scarce++;
    return {
      session,
      signal,
      book,
      exchange,
      order,
      ties,
      withhold: (code, side, why, value) => {
        this.#untraded.push({ datetime, instrument: order.names[code]!, side, why, value });
      },
      choose: (choice, codes) => {
        this.#choices.push({ datetime, choice, instruments: codes.map((code) => order.names[code]!) });
      },
    };
  }

  /** Fills a day's orders one after another; what a sale brings can be spent by the next order. */
  #execute(orders: readonly Order[], session: number): void {
    const { exchange, book, span } = this.#parts;
    const dealt = new Map<number, number>();
    for (const order of orders) {
      const { code, side, amount, canShort } = order;
      const before = dealt.get(code) ?? 0;
      const held = book.amountOf(code);
      const { cash } = book;
      const deal = dealOrder(exchange, { code, side, amount, session, held, cash, dealt: before, canShort });
      const { price, value, cost } = deal;
      dealt.set(code, before + deal.amount);
      this.#log.add(session - span.first, order, deal);
      if (!(value > LEAST_VALUE)) continue;
      this.#totalTurnover += value;
      this.#totalCost += cost;
      if (side === "buy") book.buy(code, value / price, price, value, cost);
      else book.sell(code, value / price, price, value, cost);
    }
  }

  /** @param first the first order of the session */
  #record(session: number, turnover: number, cost: number, first: number): void {
    const { book, benchmark, span } = this.#parts;
    const row = session - span.first;
    const last = this.#account;
    const value = book.stockValue;
    const account = value + (book.cash + book.delayed);
    const spent = this.#totalCost - cost;
    // In the order of REPORT.
    const cells = [
      account,
      (account - last + spent) / last,
      this.#totalTurnover,
      (this.#totalTurnover - turnover) / last,
      this.#totalCost,
      spent / last,
      value,
      book.cash,
      benchmark(session),
    ];
    for (let i = 0; i < cells.length; i++) this.#report[i]![row] = cells[i]!;
    const indicators = this.#daily.since(first);
    for (let i = 0; i < indicators.length; i++) this.#indicators[i]![row] = indicators[i]!;
    this.#account = account;
    book.weigh(account);
  }

  /** What the run itself shows that nobody expects. */
  #notes(): string[] {
    const notes: string[] = [];
    const { after } = this.#parts;
    const log = this.#log;
    if (log.count === 0 && !after) {
      const why = this.#untraded.length > 0 ? `; ${this.#untraded.length} orders were withheld` : "";
      notes.push(`nothing was ever ordered${why}: the account is the cash it began with`);
    } else if (!after && this.#totalTurnover === 0) {
      const lots = log.orders.filter(({ amount, cut }) => amount === 0 || cut !== undefined).length;
      notes.push(
        `none of ${log.count} orders was filled${lots > 0 ? `, ${lots} of them since the cash does not pay for a lot` : ""}`,
      );
    }
    if (this.#scarce > 0) {
      notes.push(
        `on ${this.#scarce} sessions fewer than topk (${this.#parts.topk}) names have a score: what is held is among the last, and may be sold and bought back, as in qlib`,
      );
    }
    const halted = this.#choices.filter(({ choice }) => choice === "halted-holding");
    if (halted.length > 0) {
      notes.push(
        `on ${halted.length} sessions a halted holding counts at its last price, first on ${formatNs(halted[0]!.datetime)} (${halted[0]!.instruments[0]}); qlib fails there (TypeError) or carries a NaN into the account`,
      );
    }
    const open = this.#choices.filter(({ choice }) => choice !== "halted-holding");
    if (open.length > 0) {
      const { datetime, choice } = open[0]!;
      notes.push(
        `${open.length} times qlib leaves open what is traded, first on ${formatNs(datetime)} (${choice}); see choices`,
      );
    }
    return notes;
  }
}

function tableOf<Name extends string>(
  datetimes: BigInt64Array,
  names: readonly Name[],
  columns: readonly Float64Array[],
): DailyTable<Name> {
  return new DailyTable(datetimes, new Map(names.map((name, i) => [name, columns[i]!])));
}
