import { formatNs } from "../../time.js";
import { dealOrder, LEAST_VALUE } from "../exchange/deal.js";
import type { Exchange } from "../exchange/exchange.js";
import type { Ties } from "../scores/rank-names.js";
import type { ScoreBook } from "../scores/score-book.js";
import type { Order, Strategy, TradingDay } from "../strategies/strategy.js";
import type {
  Backtest,
  BacktestState,
  ChoiceDay,
  FilledOrder,
  IndicatorColumn,
  ReportColumn,
  UntradedOrder,
} from "./backtest.js";
import type { Book } from "./book.js";
import { dailyIndicators, INDICATORS } from "./daily-indicators.js";
import { DailyTable } from "./daily-table.js";
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
  readonly #report: ReadonlyMap<ReportColumn, Float64Array>;
  readonly #indicators: ReadonlyMap<IndicatorColumn, Float64Array>;
  readonly #positions: PositionHistory;
  readonly #orders: FilledOrder[] = [];
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
    this.#report = new Map(REPORT.map((name) => [name, new Float64Array(count)]));
    this.#indicators = new Map(INDICATORS.map((name) => [name, new Float64Array(count)]));
    this.#positions = new PositionHistory(this.#datetimes, scores.order);
    // qlib's first return is relative to the cash alone, though positions may be there.
    this.#account = after?.account ?? book.cash;
    this.#totalTurnover = after?.totalTurnover ?? 0;
    this.#totalCost = after?.totalCost ?? 0;
  }

  /** Sessions come one after another. */
  run(session: number): void {
    const { strategy, book, buysFirst } = this.#parts;
    const orders = strategy.decide(this.#day(session));
    if (buysFirst) orders.sort((a, b) => Number(a.side === "sell") - Number(b.side === "sell"));
    const [turnover, cost] = [this.#totalTurnover, this.#totalCost];
    const filled = this.#execute(orders, session);
    this.#value(session);
    this.#record(session, turnover, cost, filled);
    this.#positions.record(book);
    book.settleSales();
  }

  finish(notes: readonly string[]): Backtest {
    const { book, exchange, scores, strategy } = this.#parts;
    const holdings = Array.from(book.holdings, ([code, holding]) => ({
      instrument: scores.order.names[code]!,
      ...holding,
    }));
    return {
      report: new DailyTable(this.#datetimes, this.#report),
      indicators: new DailyTable(this.#datetimes, this.#indicators),
      positions: this.#positions,
      orders: this.#orders,
      untraded: this.#untraded,
      choices: this.#choices,
      notes: [...notes, ...this.#notes()],
      state: {
        datetime: this.#datetimes.at(-1)!,
        cash: book.cash,
        account: this.#account,
        totalTurnover: this.#totalTurnover,
        totalCost: this.#totalCost,
        holdings,
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
  #execute(orders: readonly Order[], session: number): FilledOrder[] {
    const { exchange, book, scores } = this.#parts;
    const datetime = exchange.market.datetimes[session]!;
    const dealt = new Map<number, number>();
    const filled: FilledOrder[] = [];
    for (const { code, side, amount } of orders) {
      const before = dealt.get(code) ?? 0;
      const held = book.amountOf(code);
      const deal = dealOrder(exchange, { code, side, amount, session, held, cash: book.cash, dealt: before });
      const { price, value, cost, factor, cut } = deal;
      dealt.set(code, before + deal.amount);
      filled.push({
        datetime,
        instrument: scores.order.names[code]!,
        side,
        amount,
        dealAmount: deal.amount,
        price,
        value,
        cost,
        factor,
        ...(cut && { cut }),
      });
      if (!(value > LEAST_VALUE)) continue;
      this.#totalTurnover += value;
      this.#totalCost += cost;
      if (side === "buy") book.buy(code, value / price, price, value, cost);
      else book.sell(code, value / price, value, cost);
    }
    for (const order of filled) this.#orders.push(order);
    return filled;
  }

  /** Every holding at the close; one that is suspended keeps its price. */
  #value(session: number): void {
    const { exchange, book } = this.#parts;
    for (const [code, holding] of book.holdings) {
      const close = exchange.close(code, session);
      if (!Number.isNaN(close)) holding.price = close;
      holding.days++;
    }
  }

  #record(session: number, turnover: number, cost: number, filled: readonly FilledOrder[]): void {
    const { book, benchmark, span } = this.#parts;
    const row = session - span.first;
    const last = this.#account;
    const value = book.stockValue;
    const account = value + (book.cash + book.delayed);
    const spent = this.#totalCost - cost;
    const cells: Readonly<Record<ReportColumn, number>> = {
      account,
      return: (account - last + spent) / last,
      total_turnover: this.#totalTurnover,
      turnover: (this.#totalTurnover - turnover) / last,
      total_cost: this.#totalCost,
      cost: spent / last,
      value,
      cash: book.cash,
      bench: benchmark(session),
    };
    for (const name of REPORT) this.#report.get(name)![row] = cells[name];
    for (const [i, cell] of dailyIndicators(filled).entries())
      this.#indicators.get(INDICATORS[i]!)![row] = cell;
    this.#account = account;
    for (const holding of book.holdings.values()) holding.weight = (holding.amount * holding.price) / account;
  }

  /** What the run itself shows that nobody expects. */
  #notes(): string[] {
    const notes: string[] = [];
    const { after } = this.#parts;
    if (this.#orders.length === 0 && !after) {
      const why = this.#untraded.length > 0 ? `; ${this.#untraded.length} orders were withheld` : "";
      notes.push(`nothing was ever ordered${why}: the account is the cash it began with`);
    } else if (!after && !this.#orders.some(({ value }) => value > LEAST_VALUE)) {
      const lots = this.#orders.filter(({ amount, cut }) => amount === 0 || cut !== undefined).length;
      notes.push(
        `none of ${this.#orders.length} orders was filled${lots > 0 ? `, ${lots} of them since the cash does not pay for a lot` : ""}`,
      );
    }
    if (this.#scarce > 0) {
      notes.push(
        `on ${this.#scarce} sessions fewer than topk (${this.#parts.topk}) names have a score: what is held is among the last, and may be sold and bought back, as in qlib`,
      );
    }
    if (this.#choices.length > 0) {
      const { datetime, choice } = this.#choices[0]!;
      notes.push(
        `${this.#choices.length} times qlib leaves open what is traded, first on ${formatNs(datetime)} (${choice}); see choices`,
      );
    }
    return notes;
  }
}
