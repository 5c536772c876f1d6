import { formatNs } from "../../time.js";
import type { CutReport, LookAheadProof, OffendingCell } from "../factor-report.js";
import type { FactorRun, FactorSource } from "../sources/factor-source.js";
import { type Changes, changesBetween, keyText } from "./changed-cells.js";
import type { Cut } from "./cuts.js";
import { findLookback } from "./find-lookback.js";
import type { Altered, ProofMarket } from "./proof-market.js";

/** How thoroughly look-ahead is looked for. */
export interface ProofOptions {
  /** Cuts after which the future is replaced and blanked as well; the first by default, all where a cut shows something. */
  readonly replacedCuts?: number | undefined;
  /** Whether to look for the history that values need; true by default. */
  readonly lookback?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

const NOT_TRIED: LookAheadProof = {
  verdict: "not tried",
  cutsTried: 0,
  cutsThatShowIt: 0,
  cutsWithRoundingOnly: 0,
  cuts: [],
};

/**
 * What a factor's values depend on, found out by computing them again: on inputs that end earlier or go on otherwise
 * (look-ahead), on other numbers, levels, labels and histories. Each run is compared with that on the whole input, bit
 * for bit; the verdict holds for the cuts tried.
 * @param full the factor on the whole market
 */
export async function proveFactor(
  source: FactorSource,
  market: ProofMarket,
  full: FactorRun,
  options: ProofOptions = {},
): Promise<LookAheadProof> {
  if (!source.computes) return { ...NOT_TRIED, why: "recorded values cannot be computed again" };
  if (full.report.outcome !== "values") return { ...NOT_TRIED, why: "it gave no values" };
  const everyRow = { count: market.panel.rowCount };
  const twice = await source.run(market.whole, { seed: 1, times: 2 });
  const sameTwice = !differs(changesBetween(full.columns, twice.columns, everyRow));
  const again = sameTwice ? twice : await source.run(market.whole, { seed: 1 });
  if (differs(changesBetween(full.columns, again.columns, everyRow))) {
    const why = "two runs on the same input differ, so that nothing can be proven";
    return { ...NOT_TRIED, verdict: "undetermined", why, deterministic: false };
  }
  const compare = async (altered: Altered, count = market.panel.rowCount): Promise<Changes> => {
    options.signal?.throwIfAborted();
    const run = await source.run(altered.input);
    return changesBetween(full.columns, run.columns, { count, of: altered.rows });
  };
  const dependsOnInput = differs(await compare(market.replaced()));
  const cuts = await Promise.all(market.cuts.map((cut, k) => tryCut(cut, market, compare, k, options)));
  const told = verdictOf(cuts, market, source);
  const [scale, half, order] = await Promise.all([
    compare(market.scaled()),
    compare(market.half()),
    dependsOnInput ? compare(market.relabelled()) : undefined,
  ]);
  const lookback =
    options.lookback === false ? undefined : await findLookback(source, market, full, dependsOnInput);
  return {
    ...told,
    deterministic: true,
    sameOnSecondCall: sameTwice,
    dependsOnInput,
    scaleInvariant: scale.changed === 0,
    crossSectional: half.changed > 0,
    dependsOnOrder: order && order.changed > 0,
    lookback,
  };
}

function differs({ changed, rounded }: Changes): boolean {
  return changed + rounded > 0;
}

interface TriedCut {
  readonly cut: Cut;
  readonly changes: Changes;
  readonly report: CutReport;
}

/**
 * One truncated run. A difference within rounding is rounding only if replacing the future, which keeps the shape of the
 * input, changes nothing: how many rows there are decides how numpy adds them up.
 */
async function tryCut(
  cut: Cut,
  market: ProofMarket,
  compare: (altered: Altered, count?: number) => Promise<Changes>,
  tried: number,
  { replacedCuts = 1 }: ProofOptions,
): Promise<TriedCut> {
  const { index } = market.panel;
  const count = index.startOf(cut.session + 1);
  const changes = await compare(market.truncated(cut), count);
  const base = { cut: formatNs(index.datetimes[cut.session]!), why: cut.why };
  if (!differs(changes) && tried >= replacedCuts) {
    return { cut, changes, report: { ...base, changed: 0, rounded: 0 } };
  }
  const random = await compare(market.randomFuture(cut), count);
  const blank = await compare(market.blankFuture(cut), count);
  const isRounding = !differs(random);
  const seen = isRounding ? changes : { ...changes, changed: changes.changed + changes.rounded, rounded: 0 };
  const worse = changes.changed === 0 && random.changed + blank.changed > 0;
  const shown = worse ? (random.changed > 0 ? random : blank) : seen;
  const report: CutReport = {
    ...base,
    changed: shown.changed,
    rounded: seen.rounded,
    changedByRandomFuture: random.changed,
    changedByBlankFuture: blank.changed,
  };
  return { cut, changes: shown, report };
}

function verdictOf(
  cuts: readonly TriedCut[],
  market: ProofMarket,
  source: FactorSource,
): Pick<
  LookAheadProof,
  | "verdict"
  | "cutsTried"
  | "cutsThatShowIt"
  | "cutsWithRoundingOnly"
  | "cuts"
  | "first"
  | "reachSessions"
  | "why"
> {
  const { index } = market.panel;
  const showing = cuts.filter(({ changes }) => changes.changed > 0);
  const earliest = showing.reduce<TriedCut | undefined>((least, one) => {
    return least && least.cut.session <= one.cut.session ? least : one;
  }, undefined);
  const reach = showing.map(({ cut, changes: { first } }) =>
    first ? cut.session - index.sessionOf(first.row) : 0,
  );
  const byText = source.looksAhead?.(market.panel) ?? false;
  return {
    verdict: showing.length > 0 || byText ? "look-ahead" : "proven for the cuts tried",
    ...(byText && showing.length === 0 && { why: "the expression reads later sessions" }),
    cutsTried: cuts.length,
    cutsThatShowIt: showing.length,
    cutsWithRoundingOnly: cuts.filter(({ report }) => report.changed === 0 && report.rounded > 0).length,
    cuts: cuts.map(({ report }) => report),
    first: earliest && offending(earliest, market),
    reachSessions: reach.length > 0 ? Math.max(...reach) : undefined,
  };
}

function offending({ changes: { first }, report }: TriedCut, market: ProofMarket): OffendingCell | undefined {
  if (!first) return undefined;
  const { column, before, after } = first;
  return {
    ...keyText(market.panel.index, first.row),
    column,
    full: before,
    truncated: after,
    cut: report.cut,
  };
}
