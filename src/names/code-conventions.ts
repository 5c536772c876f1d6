/** The exchanges of mainland China, as ts_code and qlib call them. */
export type Exchange = "SH" | "SZ" | "BJ";

/** How a source spells instrument codes; its words for the exchanges, and how word and digits stand together. */
interface Convention {
  /** Who writes so. */
  readonly used: string;
  readonly exchanges: Readonly<Record<Exchange, string>>;
  readonly order: "digits first" | "exchange first";
  readonly between: "" | "." | "-";
}

const UPPER = { SH: "SH", SZ: "SZ", BJ: "BJ" } as const;
const LOWER = { SH: "sh", SZ: "sz", BJ: "bj" } as const;

/** The table of code conventions: the one place that knows them. */
export const CODE_CONVENTIONS = {
  ts: { used: "tushare, Wind: 600000.SH", exchanges: UPPER, order: "digits first", between: "." },
  qlib: { used: "qlib: SH600000", exchanges: UPPER, order: "exchange first", between: "" },
  "qlib-lower": { used: "akshare, sina: sh600000", exchanges: LOWER, order: "exchange first", between: "" },
  baostock: { used: "baostock: sh.600000", exchanges: LOWER, order: "exchange first", between: "." },
  joinquant: {
    used: "JoinQuant, RiceQuant: 600000.XSHG",
    exchanges: { SH: "XSHG", SZ: "XSHE", BJ: "BJSE" },
    order: "digits first",
    between: ".",
  },
  vnpy: {
    used: "vn.py: 600000.SSE",
    exchanges: { SH: "SSE", SZ: "SZSE", BJ: "BSE" },
    order: "digits first",
    between: ".",
  },
  yahoo: {
    used: "Yahoo: 600000.SS",
    exchanges: { SH: "SS", SZ: "SZ", BJ: "BJ" },
    order: "digits first",
    between: ".",
  },
  gm: {
    used: "MyQuant (GM): SHSE.600000",
    exchanges: { SH: "SHSE", SZ: "SZSE", BJ: "BJSE" },
    order: "exchange first",
    between: ".",
  },
  choice: { used: "600000-SH", exchanges: UPPER, order: "digits first", between: "-" },
} as const satisfies Record<string, Convention>;

/** How codes of instruments are written: `ts` is `600000.SH`, `qlib` is `SH600000` … */
export type CodeConvention = keyof typeof CODE_CONVENTIONS;

export const CONVENTION_NAMES = Object.keys(CODE_CONVENTIONS) as CodeConvention[];

/** A stock's code in its parts. The exchange is one of another country where the table does not know it: `HK`. */
export interface StockCode {
  readonly digits: string;
  readonly exchange: string;
  /** The first convention that spells it so; undefined for exchange words of no convention in that place. */
  readonly convention: CodeConvention | undefined;
}

const CODE = /^(?:(\d{6})([.-])([A-Za-z]{2,4})|([A-Za-z]{2,4})(\.?)(\d{6}))$/;

/** Every way a convention writes its exchange, by order, what is between, and the word. */
const SPELLED = new Map<string, { convention: CodeConvention; exchange: Exchange }>();
for (const convention of CONVENTION_NAMES) {
  const { order, between, exchanges } = CODE_CONVENTIONS[convention] as Convention;
  for (const exchange of ["SH", "SZ", "BJ"] as const) {
    const key = `${order}${between}${exchanges[exchange]}`;
    if (!SPELLED.has(key)) SPELLED.set(key, { convention, exchange });
  }
}

/** Every word for an exchange, in capitals. */
const EXCHANGE_OF = new Map<string, Exchange>();
for (const { exchanges } of Object.values(CODE_CONVENTIONS) as Convention[]) {
  for (const exchange of ["SH", "SZ", "BJ"] as const) {
    EXCHANGE_OF.set(exchanges[exchange].toUpperCase(), exchange);
  }
}

/** A code of any convention in its parts; undefined for other names, six bare digits among them. */
export function parseCode(code: string): StockCode | undefined {
  const m = CODE.exec(code);
  if (!m) return undefined;
  const digits = m[1] ?? m[6]!;
  const word = m[3] ?? m[4]!;
  const between = m[2] ?? m[5]!;
  const known = SPELLED.get(`${m[1] === undefined ? "exchange first" : "digits first"}${between}${word}`);
  if (known) return { digits, ...known };
  const exchange = EXCHANGE_OF.get(word.toUpperCase());
  if (exchange !== undefined) return { digits, exchange, convention: undefined };
  // Two letters may be an exchange elsewhere; longer words are names of something else.
  const isPlain = word.length === 2 && between !== "-" && (m[1] !== undefined || between === "");
  return isPlain ? { digits, exchange: word.toUpperCase(), convention: undefined } : undefined;
}

/** A code as a convention spells it; of exchanges that it has no word for, with theirs as it is. */
export function codeAs(
  { digits, exchange }: Pick<StockCode, "digits" | "exchange">,
  as: CodeConvention,
): string {
  const { order, between, exchanges } = CODE_CONVENTIONS[as] as Convention;
  const own = Object.hasOwn(exchanges, exchange) ? exchanges[exchange as Exchange] : exchange;
  const word = exchanges === LOWER ? own.toLowerCase() : own;
  return order === "digits first" ? `${digits}${between}${word}` : `${word}${between}${digits}`;
}

/** The six digits of a stock's code in any convention, bare, or as a number, which has lost its leading zeros. */
export function digitsOf(code: string): string | undefined {
  return /^\d{1,6}$/.test(code) ? code.padStart(6, "0") : /(?<!\d)\d{6}(?!\d)/.exec(code)?.[0];
}

/**
 * The exchange of a mainland share by its six digits: 6 and 9 (but 92, Beijing's) and the funds 5 are Shanghai's; 0, 1, 2
 * and 3 Shenzhen's; 4, 8 and 92 Beijing's. Indexes have digits of their own: `000001` is Ping An Bank in Shenzhen by this
 * rule, and the Composite in Shanghai.
 */
export function exchangeOfStock(digits: string): Exchange {
  if (/^(?:[48]|92)/.test(digits)) return "BJ";
  return /^[569]/.test(digits) ? "SH" : "SZ";
}
