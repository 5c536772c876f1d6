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

export type Board = "main" | "main-st" | "chinext" | "star" | "beijing";

const NONE = { up: undefined, down: undefined } as const;

/** China's daily price limits by board and date, the later rule after the earlier. */
export const LIMIT_RULES: readonly LimitRule[] = [
  {
    board: "main",
    since: "1996-12-16",
    up: 0.1,
    down: 0.1,
    firstSessions: { count: 1, up: 0.44, down: 0.36 },
    source:
      "SSE and SZSE trading rules: 10 % from 1996-12-16; on the first day 44 % up and 36 % down (notices of 2013-12-13 and 2014)",
  },
  {
    board: "main",
    since: "2023-04-10",
    up: 0.1,
    down: 0.1,
    firstSessions: { count: 5, ...NONE },
    source:
      "SSE and SZSE trading rules, revised 2023-02-17 with full registration: no limit in the first five sessions",
  },
  {
    board: "main-st",
    since: "1998-04-22",
    up: 0.05,
    down: 0.05,
    source: "SSE and SZSE trading rules: 5 % under risk warning (ST, *ST) on the main boards",
  },
  {
    board: "chinext",
    since: "2009-10-30",
    up: 0.1,
    down: 0.1,
    firstSessions: { count: 1, up: 0.44, down: 0.36 },
    source: "SZSE trading rules before the registration system on ChiNext",
  },
  {
    board: "chinext",
    since: "2020-08-24",
    up: 0.2,
    down: 0.2,
    firstSessions: { count: 5, ...NONE },
    source: "SZSE special rules for trading on ChiNext (2020-06-12), in force from 2020-08-24; ST as well",
  },
  {
    board: "star",
    since: "2019-07-22",
    up: 0.2,
    down: 0.2,
    firstSessions: { count: 5, ...NONE },
    source: "SSE special rules for trading on the STAR market (2019-03-01); ST as well",
  },
  {
    board: "beijing",
    since: "2021-11-15",
    up: 0.3,
    down: 0.3,
    firstSessions: { count: 1, ...NONE },
    source: "BSE trading rules (2021-11-02)",
  },
];

/** The board of a code by its digits, as the exchanges give them out; undefined for what is no share. */
export function boardOf(code: string): Exclude<Board, "main-st"> | undefined {
  const digits = /\d{6}/.exec(code)?.[0];
  if (digits === undefined) return undefined;
  if (/^(688|689)/.test(digits)) return "star";
  if (/^(300|301|302)/.test(digits)) return "chinext";
  if (/^(4|8|92)/.test(digits)) return "beijing";
  return /^(60|000|001|002|003)/.test(digits) ? "main" : undefined;
}
