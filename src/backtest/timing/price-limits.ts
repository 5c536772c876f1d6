import { DataServiceError } from "../../errors.js";
import type { MemberSpan } from "../../formats/qlib/lists.js";
import { checkKeys, type RequestKeys } from "../../names/request-keys.js";
import { parseTimeNs } from "../../time.js";
import type { Side } from "../exchange/exchange.js";
import type { Grid, Market } from "../market/market.js";
import { type Board, boardOf, LIMIT_RULES, type LimitRule } from "./limit-rules.js";

/**
 * What keeps an order from filling at a price limit: the rules of China's boards, a threshold of the day's `$change` as in
 * qlib, two conditions, or nothing.
 */
export type LimitOptions = "boards" | BoardLimits | number | readonly [buy: string, sell: string] | "none";

export interface BoardLimits {
  readonly boards: true;
  /** When which shares of the main boards are under risk warning (ST). */
  readonly st?: readonly MemberSpan[] | undefined;
  /** In place of LIMIT_RULES. */
  readonly rules?: readonly LimitRule[] | undefined;
}

/** Whether a side cannot be filled at a price, given as the field's cell of an instrument and a session. */
export type IsAtLimit = (code: number, session: number, side: Side, price: number) => boolean;

/** Without a factor the tick is not known, and half a percent below the limit counts as at it, as qlib's 9.5 % for 10 %. */
const WITHOUT_TICK = 0.005;
const HALF_TICK = 0.005;

const BOARD_KEYS: RequestKeys<BoardLimits> = { boards: true, st: true, rules: true };

/** @throws DataServiceError bad-request, bad-expression */
export function priceLimits(market: Market, limits: LimitOptions): IsAtLimit {
  if (limits === "none") return () => false;
  if (typeof limits === "number") return byChange(market, limits);
  if (Array.isArray(limits)) return byConditions(market, limits as readonly [string, string]);
  if (limits === "boards") return byBoard(market, { boards: true });
  if (typeof limits === "object" && "boards" in limits) {
    checkKeys(limits as BoardLimits, BOARD_KEYS, "limits");
    return byBoard(market, limits as BoardLimits);
  }
  throw new DataServiceError(
    "bad-request",
    `limits ${JSON.stringify(limits)} is not known; it is "boards", a threshold such as 0.095, two conditions, or "none"`,
    { field: "limits" },
  );
}

/** qlib: $change of the day, in float32, whatever the fill. */
function byChange(market: Market, threshold: number): IsAtLimit {
  const change = market.field("$change");
  const most = Math.fround(threshold);
  return (code, session, side) => {
    const own = Math.fround(change[session * market.instruments.length + code]!);
    return side === "buy" ? own >= most : own <= -most;
  };
}

function byConditions(market: Market, [buy, sell]: readonly [string, string]): IsAtLimit {
  const grids: Readonly<Record<Side, Grid>> = { buy: market.evaluate(buy), sell: market.evaluate(sell) };
  return (code, session, side) => grids[side][session * market.instruments.length + code] !== 0;
}

/**
 * The fill itself against the limit price: the last close before, on today's base, times one and the limit, rounded to
 * a cent where the factor tells real prices. The rule of the first sessions is the one in force when the share was listed;
 * a share that is there from the calendar's first session on was listed before. On the day of listing itself there is no
 * close before, and the issue price is not known: no limit.
 */
function byBoard(market: Market, { st = [], rules: given = LIMIT_RULES }: BoardLimits): IsAtLimit {
  const width = market.instruments.length;
  const close = market.field("$close");
  const factor = market.find("$factor");
  const boards = market.instruments.map(boardOf);
  const rules = rulesBySession(market, given);
  const isSt = stMembers(market, st);
  return (code, session, side, price) => {
    const own = boards[code];
    const board: Board | undefined = own === "main" && isSt(code, session) ? "main-st" : own;
    const before = lastClose(close, width, code, session, market.firstBar[code]!);
    const rule = board && rules.get(board)?.[session];
    if (!rule || before === undefined) return false;
    const listed = market.firstBar[code]!;
    const early = listed > 0 ? rules.get(board)?.[listed]?.firstSessions : undefined;
    const { up, down } = early && session - listed < early.count ? early : rule;
    const limit = side === "buy" ? up : down === undefined ? undefined : -down;
    if (limit === undefined) return false;
    const by = factor?.[session * width + code] ?? Number.NaN;
    if (Number.isNaN(by)) {
      const change = price / before - 1;
      return side === "buy" ? change >= limit - WITHOUT_TICK : change <= limit + WITHOUT_TICK;
    }
    const at = Math.round((before / by) * (1 + limit) * 100) / 100;
    return side === "buy" ? price / by > at - HALF_TICK : price / by < at + HALF_TICK;
  };
}

function lastClose(
  close: Grid,
  width: number,
  code: number,
  session: number,
  first: number,
): number | undefined {
  for (let s = session - 1; s >= first; s--) {
    const price = close[s * width + code]!;
    if (!Number.isNaN(price)) return price;
  }
  return undefined;
}

/** The rule of each board in each session of the calendar; undefined before its first. */
function rulesBySession(
  { datetimes }: Market,
  rules: readonly LimitRule[],
): ReadonlyMap<Board, readonly (LimitRule | undefined)[]> {
  const boards = [...new Set(rules.map(({ board }) => board))];
  return new Map(
    boards.map((board) => {
      const own = rules
        .filter((rule) => rule.board === board)
        .map((rule) => ({
          rule,
          since: parseTimeNs(rule.since, "since"),
        }));
      return [board, Array.from(datetimes, (ns) => own.findLast(({ since }) => since <= ns)?.rule)];
    }),
  );
}

function stMembers(market: Market, spans: readonly MemberSpan[]): (code: number, session: number) => boolean {
  const byCode = new Map<number, MemberSpan[]>();
  for (const span of spans) {
    const code = market.positionOf(span.instrument);
    byCode.set(code, [...(byCode.get(code) ?? []), span]);
  }
  return (code, session) => {
    const ns = market.datetimes[session]!;
    return byCode.get(code)?.some(({ startNs, endNs }) => startNs <= ns && ns <= endNs) ?? false;
  };
}
