import { DataServiceError } from "../../errors.js";
import { formatNs } from "../../time.js";
import { exchangeRules } from "../exchange/exchange-options.js";
import type { Market } from "../market/market.js";
import type { ReplayOptions } from "../replay/replay-options.js";
import { type Timing, timing } from "./timing.js";

const PART = String.raw`(?:Ref\(\s*(\$\w+)\s*,\s*-(\d+)\s*\)|(\$\w+))`;
const LABEL = new RegExp(String.raw`^\(?\s*${PART}\s*/\s*${PART}\s*\)?\s*-\s*1$`);

/**
 * The timing that a label in qlib's language means, `Ref($close, -2)/Ref($close, -1) - 1`.
 * @throws DataServiceError bad-expression where it is no ratio of two prices less 1
 */
export function timingOfLabel(label: string): Timing {
  const [, exitShifted, exitSession, exitPlain, entryShifted, entrySession, entryPlain] =
    LABEL.exec(label.trim()) ?? [];
  const [exit, entry] = [exitShifted ?? exitPlain, entryShifted ?? entryPlain];
  const [last, delay] = [Number(exitSession ?? 0), Number(entrySession ?? 0)];
  if (exit === undefined || entry === undefined || last < delay) {
    throw new DataServiceError(
      "bad-expression",
      `label "${label}" is not the return between two prices; write it as Ref($close, -2)/Ref($close, -1) - 1`,
    );
  }
  return timing({ fill: entry, exit, delay, hold: last - delay, cheat: true });
}

/** The timing of a replay: a score is filled in the session after its date, at the deal price; how long it is held is open. */
export function timingOfReplay({
  exchange,
}: Pick<ReplayOptions, "exchange">): Pick<Timing, "entry"> & { readonly exitField: string } {
  const { buyPrice, sellPrice } = exchangeRules(exchange);
  return { entry: { session: 1, field: buyPrice }, exitField: sellPrice };
}

/**
 * Refuses a label and a backtest that mean different fills: what is learned is then not what is traded.
 * @param market whose calendar the error names the sessions of
 * @param scored the session of the score that the error follows, as a position in it
 * @throws DataServiceError bad-request, naming the sessions; bad-expression
 */
export function checkAgreement(
  label: Timing | string,
  options: ReplayOptions,
  market: Market,
  scored = 0,
): void {
  const own = typeof label === "string" ? timingOfLabel(label) : label;
  const { entry, exitField } = timingOfReplay(options);
  const differs =
    own.entry.session !== entry.session || own.entry.field !== entry.field || own.exit.field !== exitField;
  if (!differs) return;
  const day = (later: number) =>
    formatNs(market.datetimes[Math.min(scored + later, market.sessionCount - 1)]!);
  throw new DataServiceError(
    "bad-request",
    `the label and the backtest disagree in timing: for a score of ${day(0)} the label begins at ${own.entry.field} of ${day(own.entry.session)} and ends at ${own.exit.field} of ${day(own.exit.session)}, and the backtest buys at ${entry.field} of ${day(entry.session)} and sells at ${exitField}; change the label, or exchange.dealPrice`,
  );
}
