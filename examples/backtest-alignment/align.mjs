// Predictions -> replay -> compare with what was recorded -> a page. node examples/backtest-alignment/align.mjs [OUT.html]
import { writeFileSync } from "node:fs";
import { formatTime, openPanel } from "@aistock/data-service";
import {
  backtestPage,
  checkAgreement,
  openMarket,
  openRecorded,
  portfolioRisk,
  readPortAnalysis,
  reconcile,
  timing,
} from "@aistock/data-service/backtest";

const data = new URL("../../data-fixtures/backtest/", import.meta.url).pathname;
const config = new URL("port_analysis.yaml", import.meta.url).pathname;

const scores = await openPanel(`${data}scores/dense.h5`);
const market = await openMarket(`${data}provider`);
const options = await readPortAnalysis(config);

// What the model learned, and what the backtest trades, begin at the same price of the same session.
checkAgreement(timing("qlib-label"), options, market);

const recorded = await openRecorded(`${data}recorded`);
const same = reconcile({ scores, market, options }, recorded);
console.log(
  `${same.ours.report.rowCount} sessions, ${same.ours.orders.length} orders: ${same.cause.sentence}`,
);
console.log(
  `excess after costs, a year: ${portfolioRisk(same.ours).excessWithCost.annualizedReturn.toFixed(4)}`,
);

// Somebody runs it again with another cost: the day they part, and why.
const dearer = { ...options, exchange: { ...options.exchange, closeCost: 0.002 } };
const other = reconcile({ scores, market, options: dearer }, recorded);
console.log(`parts on ${formatTime(other.parting.datetime)}: ${other.cause.sentence}`);

const [out] = process.argv.slice(2);
if (out !== undefined) writeFileSync(out, await backtestPage(other.ours, { reconciliation: other }));
