import { DataServiceError } from "../../errors.js";
import type { Panel } from "../../panel/panel.js";
import { formatNs } from "../../time.js";
import { Exchange } from "../exchange/exchange.js";
import { exchangeRules } from "../exchange/exchange-options.js";
import type { Market } from "../market/market.js";
import { ScoreBook } from "../scores/score-book.js";
import { makeStrategy } from "../strategies/make-strategy.js";
import { checkAgreement } from "../timing/agreement.js";
import type { Backtest } from "./backtest.js";
import { benchmarkReturns } from "./benchmark.js";
import { initialBook, initialNames } from "./initial-book.js";
import { checkReplayOptions, type ReplayOptions } from "./replay-options.js";
import { type RunSpan, runSpan } from "./run-span.js";
import { TradingDays } from "./trading-days.js";

/**
 * Replays qlib's daily backtest (qlib.backtest.backtest with the daily SimulatorExecutor): scores dated in a session are
 * traded in the next one. Prices are the market's float32 widened to float64, everything else is float64; the report,
 * positions and orders are qlib's bit for bit.
 * @param scores the first column, or `options.column`, by (datetime, instrument)
 * @throws DataServiceError bad-request, unknown-field, unknown-instrument, not-found, bad-expression, duplicate-keys
 */
export function replay(scores: Panel, market: Market, options: ReplayOptions): Backtest {
  checkReplayOptions(options);
  const notes: string[] = [];
  const rules = exchangeRules(options.exchange);
  const { spelling, column, after } = options;
  const others = initialNames(options);
  const book = new ScoreBook(scores, market, { spelling, column, others });
  const span = runSpan(scores, market, options, notes);
  refuseWithoutSignal(book, market, span);
  if (options.label !== undefined)
    checkAgreement(options.label, options, market, Math.max(span.first - 1, 0));
  // A run that goes on sees the session before it, as one run over both would.
  const exchange = new Exchange(
    market,
    rules,
    after ? span.first - 1 : span.first,
    span.last,
    after?.adjusted,
  );
  const strategy = makeStrategy(options.strategy, after?.memory);
  const days = new TradingDays({
    scores: book,
    exchange,
    strategy,
    book: initialBook(options, market, book.order, span.first, options.settle),
    benchmark: benchmarkReturns(market, options.benchmark ?? null),
    ties: options.ties ?? "numpy-scalar",
    buysFirst: options.tradeType === "parallel",
    after,
    span,
    topk: "topk" in options.strategy ? options.strategy.topk : 0,
  });
  for (let session = span.first; session <= span.last; session++) days.run(session);
  return days.finish([...notes, ...book.notes, ...exchange.notes, ...strategyNotes(options)]);
}

/** @throws DataServiceError bad-request where no session of the run has scores of an instrument of the market */
function refuseWithoutSignal(book: ScoreBook, market: Market, { first, last }: RunSpan): void {
  const run = `${formatNs(market.datetimes[first]!)} .. ${formatNs(market.datetimes[last]!)}`;
  if (book.countSessions(first, last) === 0) {
    throw new DataServiceError(
      "bad-request",
      `replay: no scores (${book.spanText()}) are dated in the sessions before those of the run (${run}); a score is traded in the session after its date`,
    );
  }
  if (book.knownNames > 0) return;
  throw new DataServiceError(
    "unknown-instrument",
    `replay: ${market.label} has none of the scores' names, such as ${book.order.names[market.instruments.length]}; its own are like ${market.instruments[0]}`,
  );
}

/** What the parameters do that nobody expects. */
function strategyNotes({ strategy }: ReplayOptions): string[] {
  if (strategy.name !== "topk-dropout" || strategy.nDrop > 0) return [];
  return [
    strategy.onlyTradable
      ? "nDrop is 0 and onlyTradable is set: one instrument is sold a day, as in qlib"
      : "nDrop is 0: the whole book is sold every second day, as in qlib",
  ];
}
