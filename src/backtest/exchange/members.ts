import { DataServiceError } from "../../errors.js";
import type { MemberSpan } from "../../formats/qlib/lists.js";
import { nearestName, suggestion } from "../../names/nearest.js";
import type { Market } from "../market/market.js";
import type { ExchangeRules } from "./exchange-options.js";

/** Which instruments belong to a list on which sessions. */
export interface Spans {
  has(code: number, session: number): boolean;
}

/**
 * The members that `exchange.codes` names; undefined where everybody is one. A list's dates are those of qlib's
 * `DatasetProvider.instrument_processor`: both ends inclusive.
 * @throws DataServiceError not-found (the list), unknown-instrument, bad-request
 */
export function membersOf(market: Market, codes: ExchangeRules["codes"], notes: string[]): Spans | undefined {
  if (codes === undefined) return allOf(market);
  if (typeof codes === "string") {
    if (market.list) return spansOf(market, market.list(codes), notes);
    if (codes === "all") return undefined;
    throw new DataServiceError(
      "not-found",
      `exchange: ${market.label} has no instrument list "${codes}"; give codes or spans, or open the market from a qlib folder`,
    );
  }
  const isSpans = codes.every((item) => typeof item === "object");
  return isSpans
    ? spansOf(market, codes as readonly MemberSpan[], notes)
    : chosenOf(market, codes as readonly string[]);
}

/** A provider's list `all`; without one, everybody. */
function allOf(market: Market): Spans | undefined {
  if (!market.list) return undefined;
  try {
    return spansOf(market, market.list("all"), []);
  } catch (error) {
    if (error instanceof DataServiceError && error.code === "not-found") return undefined;
    throw error;
  }
}

function spansOf(market: Market, given: readonly MemberSpan[], notes: string[]): Spans {
  const spans: number[][] = market.instruments.map(() => []);
  let unknown = 0;
  for (const { instrument, startNs, endNs } of given) {
    const code = market.positionOf(instrument);
    if (code < 0) unknown++;
    else spans[code]!.push(market.sessionAtOrAfter(startNs), market.sessionAtOrBefore(endNs));
  }
  if (unknown > 0)
    notes.push(`${unknown} of the list's ${given.length} spans name instruments without prices`);
  return {
    has(code, session) {
      const own = spans[code]!;
      for (let i = 0; i < own.length; i += 2) if (session >= own[i]! && session <= own[i + 1]!) return true;
      return false;
    },
  };
}

function chosenOf(market: Market, codes: readonly string[]): Spans {
  const chosen = new Uint8Array(market.instruments.length);
  for (const name of codes) {
    const code = market.positionOf(name);
    if (code >= 0) {
      chosen[code] = 1;
      continue;
    }
    const near = nearestName(String(name), market.instruments);
    throw new DataServiceError(
      "unknown-instrument",
      `exchange: ${market.label} has no instrument "${name}"${suggestion(near)}`,
      { instrument: String(name), ...(near !== undefined && { suggestion: near }) },
    );
  }
  return { has: (code) => chosen[code] === 1 };
}
