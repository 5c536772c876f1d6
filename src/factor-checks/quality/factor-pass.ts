import { Argsort } from "./argsort.js";
import { assignBins, binCount } from "./binning.js";
import { ExposureTally, type SessionTraits } from "./exposure-tally.js";
import type { FactorCells } from "./factor-cells.js";
import type { GroupCodes } from "./group-codes.js";
import { IcTally } from "./ic-tally.js";
import { type FrameHorizons, frameHorizons } from "./market-frames.js";
import { PortfolioTally } from "./portfolio-tally.js";
import type { QualityPlan } from "./quality-options.js";
import { QuantileStatisticsTally } from "./quantile-statistics-tally.js";
import { QuantileTally } from "./quantile-tally.js";
import { averageRanks } from "./ranks.js";
import type { SessionCells } from "./session-cells.js";
import type { SessionFrame } from "./session-frame.js";
import { TurnoverTally } from "./turnover-tally.js";

/** The size of a market that a pass goes through. */
export interface MarketSize {
  readonly sessions: number;
  readonly instruments: number;
}

/** One pass of one factor over a market's sessions; every tally takes each session once. */
export class FactorPass {
  readonly cells: FactorCells;
  readonly plan: QualityPlan;
  readonly horizons: FrameHorizons;
  readonly ic: IcTally;
  readonly decay: IcTally;
  readonly quantiles: QuantileTally;
  readonly statistics: QuantileStatisticsTally;
  readonly portfolio: PortfolioTally;
  readonly turnover: TurnoverTally;
  readonly exposure: ExposureTally;
  /** Finite cells on rows of the market / its rows, by session. */
  readonly coverage: Float64Array;
  /** First and last session with a cell that counts; -1 where there is none. */
  first = -1;
  last = -1;
  withReturns = 0;
  binned = 0;
  sessionsWithoutBins = 0;
  /** Instruments with a finite cell and no group, by the market's code. */
  readonly groupless = new Set<number>();
  readonly #groups: GroupCodes | undefined;
  readonly #argsort = new Argsort();
  readonly #x: Float64Array;
  readonly #order: Uint32Array;
  readonly #some: Uint32Array;
  readonly #ranks: Float64Array;
  readonly #bins: Uint8Array;
  readonly #groupOf: Int32Array;
  readonly #adjusted: Float64Array[];

  /** @param lags sessions of the past returns that exposure is measured to */
  constructor(
    cells: FactorCells,
    plan: QualityPlan,
    groups: GroupCodes | undefined,
    size: MarketSize,
    lags: readonly number[],
  ) {
    const { sessions, instruments } = size;
    this.cells = cells;
    this.plan = plan;
    this.horizons = frameHorizons(plan);
    this.#groups = groups;
    const count = plan.horizons.length;
    const named = groups?.names.length ?? 0;
    const least = plan.leastInstruments;
    this.ic = new IcTally(count, sessions, instruments, least, named, plan.groupNeutral);
    this.decay = new IcTally(plan.decay.length, sessions, instruments, least, 0, false);
    const demean = plan.groupNeutral ? "group" : plan.weights.demeaned ? "session" : "none";
    this.quantiles = new QuantileTally(count, sessions, binCount(plan.binning), named, demean);
    this.statistics = new QuantileStatisticsTally(binCount(plan.binning));
    this.portfolio = new PortfolioTally(count, sessions, instruments, named, plan.weights);
    this.turnover = new TurnoverTally(plan.lags, sessions, binCount(plan.binning), instruments);
    this.exposure = new ExposureTally(lags, sessions, instruments);
    this.coverage = new Float64Array(sessions);
    this.#x = new Float64Array(instruments);
    this.#order = new Uint32Array(instruments);
    this.#some = new Uint32Array(instruments);
    this.#ranks = new Float64Array(instruments);
    this.#bins = new Uint8Array(instruments);
    this.#groupOf = new Int32Array(instruments);
    this.#adjusted = plan.horizons.map(() => new Float64Array(plan.groupNeutral ? instruments : 0));
  }

  /** @param marketCodes the instruments that have a row, which of padded frames are some */
  take(frame: SessionFrame, marketCodes: Int32Array, traits: SessionTraits | undefined): void {
    const { session, size, codes } = frame;
    const x = this.#x;
    this.cells.beside(session, codes, x);
    this.coverage[session] = coverageOf(x, frame, marketCodes);
    const returns = this.horizons.main.map((place) => frame.returns[place]!);
    const groups = this.#groups && this.#groupsOf(frame, session);
    this.#keep(x, size, returns, groups, codes);
    let count = this.#argsort.sort(x, size, this.#order);
    this.#bins.fill(0, 0, size);
    if (count > 0) this.#bin(x, count, groups);
    if (this.plan.compat === "alphalens") {
      for (let i = 0; i < size; i++) if (this.#bins[i] === 0) x[i] = Number.NaN;
      count = this.#argsort.sort(x, size, this.#order);
    }
    averageRanks(x, this.#order, count, this.#ranks);
    if (count > 0) {
      if (this.first < 0) this.first = session;
      this.last = session;
    }
    const place = (at: number) => this.horizons.main[at]!;
    const main: SessionFrame = { session, size, codes, returns, order: (h) => frame.order(place(h)) };
    const taken: SessionCells = {
      frame: main,
      at: session,
      x,
      order: this.#order,
      count,
      ranks: this.#ranks,
      bins: this.#bins,
      groups,
      returns: this.plan.groupNeutral ? this.#lessGroupMeans(size, x, returns, groups!) : returns,
    };
    this.turnover.take(taken);
    if (count === 0) return;
    this.statistics.take(taken);
    this.ic.take(taken);
    this.quantiles.take(taken, returns);
    this.portfolio.take(taken, returns);
    if (traits) this.exposure.take(taken, traits, returns[0]!);
    if (this.horizons.decay.length === 0) return;
    const decaying = this.horizons.decay.map((at) => frame.returns[at]!);
    const order = (h: number) => frame.order(this.horizons.decay[h]!);
    this.decay.take({
      ...taken,
      frame: { session, size, codes, returns: decaying, order },
      groups: undefined,
      returns: decaying,
    });
  }

  #groupsOf({ size, codes }: SessionFrame, session: number): Int32Array {
    const byCode = this.#groups!.at(session);
    for (let i = 0; i < size; i++) this.#groupOf[i] = byCode[codes[i]!]!;
    return this.#groupOf;
  }

  /** Blanks the cells that do not count. */
  #keep(
    x: Float64Array,
    size: number,
    returns: readonly Float64Array[],
    groups: Int32Array | undefined,
    codes: Int32Array,
  ) {
    const { rows, compat, groupNeutral, binByGroup } = this.plan;
    const needsGroup = groups !== undefined && (compat === "alphalens" || groupNeutral || binByGroup);
    for (let i = 0; i < size; i++) {
      if (Number.isNaN(x[i]!)) continue;
      let have = 0;
      for (const y of returns) have += Number.isNaN(y[i]!) ? 0 : 1;
      const grouped = !needsGroup || groups[i]! >= 0;
      if (!grouped) this.groupless.add(codes[i]!);
      const enough = rows === "all" ? have === returns.length : have > 0;
      if (enough && grouped) this.withReturns++;
      if (!grouped || (rows === "all" && !enough)) x[i] = Number.NaN;
    }
  }

  #bin(x: Float64Array, count: number, groups: Int32Array | undefined): void {
    const { binning, binByGroup } = this.plan;
    let hasBins = false;
    if (!binByGroup || !groups) hasBins = assignBins(x, this.#order, count, binning, this.#bins);
    else {
      for (let group = 0; group < this.#groups!.names.length; group++) {
        let n = 0;
        for (let k = 0; k < count; k++)
          if (groups[this.#order[k]!] === group) this.#some[n++] = this.#order[k]!;
        if (n > 0 && assignBins(x, this.#some, n, binning, this.#bins)) hasBins = true;
      }
    }
    if (!hasBins) this.sessionsWithoutBins++;
    for (let k = 0; k < count; k++) if (this.#bins[this.#order[k]!]! > 0) this.binned++;
  }

  #lessGroupMeans(
    size: number,
    x: Float64Array,
    returns: readonly Float64Array[],
    groups: Int32Array,
  ): Float64Array[] {
    const names = this.#groups!.names.length;
    for (const [h, y] of returns.entries()) {
      const [sums, counts] = [new Float64Array(names), new Float64Array(names)];
      const counted = (i: number) => !Number.isNaN(x[i]!) && !Number.isNaN(y[i]!);
      for (let i = 0; i < size; i++) {
        if (!counted(i)) continue;
        sums[groups[i]!]! += y[i]!;
        counts[groups[i]!]!++;
      }
      for (let i = 0; i < size; i++) {
        this.#adjusted[h]![i] = counted(i) ? y[i]! - sums[groups[i]!]! / counts[groups[i]!]! : Number.NaN;
      }
    }
    return this.#adjusted;
  }
}

/** The share of a session's rows in the market that have a cell; padded frames have more rows. */
function coverageOf(x: Float64Array, { size }: SessionFrame, marketCodes: Int32Array): number {
  const isPadded = size !== marketCodes.length; // a row's place is its code then
  let covered = 0;
  for (let i = 0; i < marketCodes.length; i++)
    covered += Number.isNaN(x[isPadded ? marketCodes[i]! : i]!) ? 0 : 1;
  return covered / marketCodes.length;
}
