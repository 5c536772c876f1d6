/** A board's daily price limit over a period, both as shares of the price; `up` undefined: no limit. */
export interface LimitRule {
  readonly board: Board;
  /** The first day on which it holds. */
  readonly since: string;
  readonly up: number | undefined;
  readonly down: number | undefined;
  /** The limits of the first sessions after listing, where they are others. */
  readonly firstSessions?: {
    readonly count: number;
    readonly up: number | undefined;
    readonly down: number | undefined;
  };
  readonly source: string;
}

/** The boards of the exchanges, whose price limits differ. */
export type Board = "main" | "main-st" | "chinext" | "star" | "beijing";

const NONE = { up: undefined, down: undefined } as const;

/**
 * China's daily price limits by board and date, the later rule after the earlier. The rules are named as the exchanges
 * issued them; who needs another gives `limits: { boards: true, rules: [...LIMIT_RULES, …] }`.
 */
export const LIMIT_RULES: readonly LimitRule[] = [
  {
    board: "main",
    since: "1996-12-16",
    up: 0.1,
    down: 0.1,
    firstSessions: { count: 1, ...NONE },
    source: "SSE and SZSE, notice of 1996-12-13: 10 % from 1996-12-16, none on the first day of listing",
  },
  {
    board: "main",
    since: "2014-01-01",
    up: 0.1,
    down: 0.1,
    firstSessions: { count: 1, up: 0.44, down: 0.36 },
    source:
      "SSE and SZSE, notices of 2013-12-13 on trading in the first days of listing: 144 % and 64 % of the issue price on the first day, from the new issues of January 2014 on",
  },
  {
    board: "main",
    since: "2023-04-10",
    up: 0.1,
    down: 0.1,
    firstSessions: { count: 5, ...NONE },
    source:
      "SSE and SZSE trading rules, revised 2023-02-17: none in the first five sessions of shares listed under registration, the first of them on 2023-04-10",
  },
  {
    board: "main-st",
    since: "1998-04-22",
    up: 0.05,
    down: 0.05,
    source:
      "SSE and SZSE listing rules of 1998-04-22: 5 % under special treatment (ST, *ST), since 2012 risk warning. On 2025-06-27 both exchanges put 10 % out for comment; no date of its coming into force was found: give such a rule as limits.rules",
  },
  {
    board: "chinext",
    since: "2009-10-30",
    up: 0.1,
    down: 0.1,
    firstSessions: { count: 1, ...NONE },
    source: "SZSE trading rules at the opening of ChiNext, 2009-10-30",
  },
  {
    board: "chinext",
    since: "2014-01-01",
    up: 0.1,
    down: 0.1,
    firstSessions: { count: 1, up: 0.44, down: 0.36 },
    source: "SZSE, notice of 2013-12-13, as on the main board",
  },
  {
    board: "chinext",
    since: "2020-08-24",
    up: 0.2,
    down: 0.2,
    firstSessions: { count: 5, ...NONE },
    source:
      "SZSE special rules for trading on ChiNext of 2020-06-12, in force from 2020-08-24: 20 %, ST as well; none in the first five sessions of shares listed from then on",
  },
  {
    board: "star",
    since: "2019-07-22",
    up: 0.2,
    down: 0.2,
    firstSessions: { count: 5, ...NONE },
    source:
      "SSE special rules for trading on the STAR market of 2019-03-01; it opened on 2019-07-22: 20 %, ST as well, none in the first five sessions",
  },
  {
    board: "beijing",
    since: "2021-11-15",
    up: 0.3,
    down: 0.3,
    firstSessions: { count: 1, ...NONE },
    source: "BSE trading rules (trial) of 2021-11-02; it opened on 2021-11-15: 30 %, none on the first day",
  },
];

/**
 * The board of a code by its digits, as the exchanges give them out, B shares with the main boards; undefined for what is
 * no share. Digits alone that are both a share of Shenzhen and an index of Shanghai (000300) count as the share.
 */
export function boardOf(code: string): Exclude<Board, "main-st"> | undefined {
  const digits = /\d{6}/.exec(code)?.[0];
  if (digits === undefined) return undefined;
  if (/^000/.test(digits) && /SH/i.test(code)) return undefined; // Shanghai's indices
  if (/^(688|689)/.test(digits)) return "star";
  if (/^(300|301|302)/.test(digits)) return "chinext";
  if (/^(4|8|92)/.test(digits)) return "beijing";
  return /^(60|000|001|002|003|200|900)/.test(digits) ? "main" : undefined;
}
