import { join } from "node:path";
import type { Panel } from "../../panel/panel.js";
import { MarketInput } from "../market-input.js";
import {
  blankFuture,
  halfUniverse,
  lastRows,
  randomFuture,
  relabelled,
  replaced,
  scaled,
} from "./altered-markets.js";
import { type Cut, tellingCuts } from "./cuts.js";

/** An altered market, and its row for each row of the whole; absent where rows are the same. */
export interface Altered {
  readonly input: MarketInput;
  readonly rows?: Int32Array | undefined;
}

/** Random numbers of proofs are these for every run. */
const SEED = 20260112;

/** A market and its alterations, each made and written once for all the factors that are proven on it. */
export class ProofMarket {
  readonly whole: MarketInput;
  readonly cuts: readonly Cut[];
  /** The most rows that an instrument has. */
  readonly longestHistory: number;
  readonly #folder: string;
  readonly #made = new Map<string, Altered>();

  /** @param folder where alterations are written for Python; the caller removes it */
  constructor(market: Panel, folder: string, cuts: readonly Cut[] = tellingCuts(market)) {
    this.whole = MarketInput.of(market, join(folder, "whole"));
    this.cuts = cuts;
    this.#folder = folder;
    const counts = new Int32Array(market.index.instruments.length);
    for (const code of market.index.codes) counts[code]!++;
    this.longestHistory = counts.reduce((most, count) => Math.max(most, count), 0);
  }

  get panel(): Panel {
    return this.whole.panel;
  }

  truncated({ session }: Cut): Altered {
    return { input: this.whole.before(session + 1) };
  }

  randomFuture({ session }: Cut): Altered {
    return this.#once(`random-${session}`, () => ({
      panel: randomFuture(this.panel, session, SEED + session),
    }));
  }

  blankFuture({ session }: Cut): Altered {
    return this.#once(`blank-${session}`, () => ({ panel: blankFuture(this.panel, session) }));
  }

  replaced(): Altered {
    return this.#once("replaced", () => ({ panel: replaced(this.panel, SEED) }));
  }

  scaled(): Altered {
    return this.#once("scaled", () => ({ panel: scaled(this.panel) }));
  }

  relabelled(): Altered {
    return this.#once("relabelled", () => relabelled(this.panel));
  }

  half(): Altered {
    return this.#once("half", () => halfUniverse(this.panel));
  }

  lastRows(count: number): Altered {
    return this.#once(`last-${count}`, () => lastRows(this.panel, count));
  }

  #once(name: string, make: () => { readonly panel: Panel; readonly rows?: Int32Array }): Altered {
    const known = this.#made.get(name);
    if (known) return known;
    const { panel, rows } = make();
    const altered = { input: MarketInput.of(panel, join(this.#folder, name)), rows };
    this.#made.set(name, altered);
    return altered;
  }
}
