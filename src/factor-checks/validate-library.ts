import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { alignRows } from "../align/align.js";
import { isNumeric } from "../columns/floats.js";
import { DataServiceError } from "../errors.js";
import { checkKeys, type RequestKeys } from "../names/request-keys.js";
import { onlyPanels } from "../panel/only-panels.js";
import type { Panel } from "../panel/panel.js";
import type { FactorRelations, FactorReport } from "./factor-report.js";
import { type Candidate, chosen, type Library, openLibrary } from "./library-sources.js";
import { ProofMarket } from "./proof/proof-market.js";
import type { CallLimits } from "./python/factor-process.js";
import { correlationMap, incrementOver, type NamedCells, relationsOf } from "./quality/factor-relations.js";
import { marketFrames } from "./quality/market-frames.js";
import { planQuality } from "./quality/quality-options.js";
import { contentOf, ReportCache, reportKey } from "./report-cache.js";
import { DEFAULT_LIMITS } from "./sources/python-source.js";
import { type FactorSteps, validateFactor } from "./validate-factor.js";
import type { ValidateOptions } from "./validate-factors.js";

const KEYS: RequestKeys<ValidateOptions> = {
  library: true,
  metadata: true,
  expressions: true,
  recorded: true,
  python: true,
  parallel: true,
  factors: true,
  proof: true,
  quality: true,
  tolerance: true,
  known: true,
  seconds: true,
  memoryBytes: true,
  cache: true,
  replay: true,
  onProgress: true,
  signal: true,
};

/** Factors at a time: while one waits for Python, another's figures are computed. */
const AT_ONCE = 3;

/** `validateFactors`. */
export async function validateLibrary(market: Panel, options: ValidateOptions): Promise<FactorReport[]> {
  checkKeys(options, KEYS, "validateFactors");
  onlyPanels([market], "validateFactors");
  if (options.library === undefined && options.expressions === undefined) {
    throw new DataServiceError(
      "bad-request",
      "validateFactors: there is nothing to validate; name a library or expressions",
    );
  }
  if (options.quality !== false) planQuality(options.quality ?? {}, "validateFactors: quality"); // refused before anything runs
  const scratch = mkdtempSync(join(tmpdir(), "aistock-validate-"));
  const limits: CallLimits = {
    seconds: options.seconds ?? DEFAULT_LIMITS.seconds,
    memoryBytes: options.memoryBytes ?? DEFAULT_LIMITS.memoryBytes,
  };
  const cache = new ReportCache(options.cache ?? false);
  let library: Library | undefined;
  try {
    library = await openLibrary(options, limits, join(scratch, "calls"), cache);
    const candidates = chosen(library.candidates, options.factors);
    const proof = new ProofMarket(market.load(), join(scratch, "market"));
    const reports = await validateAll(candidates, proof, options, join(scratch, "inputs"), cache);
    return await withRelations(reports, candidates, proof, options);
  } catch (error) {
    if (options.signal?.aborted)
      throw new DataServiceError("cancelled", "validateFactors: stopped as asked", {}, error);
    throw error;
  } finally {
    library?.process?.close();
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function validateAll(
  candidates: readonly Candidate[],
  market: ProofMarket,
  options: ValidateOptions,
  folder: string,
  cache: ReportCache,
): Promise<FactorReport[]> {
  const { signal, tolerance, replay, onProgress, proof, quality = {} } = options;
  const steps: FactorSteps = {
    proof: proof === false ? false : { ...proof, signal },
    quality,
    tolerance,
    folder,
    replay,
  };
  const asked = [proof, quality, tolerance, options.seconds, options.memoryBytes];
  const content = options.cache ? contentOf(market.panel) : "";
  const reports: FactorReport[] = [];
  let [next, done] = [0, 0];
  const work = async (): Promise<void> => {
    while (next < candidates.length) {
      signal?.throwIfAborted();
      const k = next++;
      const candidate = candidates[k]!;
      const key = options.cache ? await keyOf(candidate, content, asked) : undefined;
      const known = key === undefined ? undefined : cache.read(key);
      reports[k] = known ? { ...known, cached: true } : await validateFactor(candidate, market, steps);
      if (key !== undefined && !known) cache.write(key, reports[k]!);
      onProgress?.({ factors: ++done, totalFactors: candidates.length, factor: candidate.name });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return reports;
}

/** Undefined where a report cannot be found again: its code or its file cannot be told. */
async function keyOf(
  candidate: Candidate,
  content: string,
  asked: readonly unknown[],
): Promise<string | undefined> {
  const { name, code, recorded, version, lookback, findings } = candidate;
  if (code === undefined) return undefined;
  try {
    const values = recorded && contentOf(await recorded.panel());
    return reportKey([name, content, code, values, version, lookback, findings, asked]);
  } catch {
    return undefined; // the recorded file cannot be read: its report says so each time
  }
}

/** Correlations with every other factor and the known set; computing them takes each factor's values once more. */
async function withRelations(
  reports: readonly FactorReport[],
  candidates: readonly Candidate[],
  market: ProofMarket,
  { known, quality }: ValidateOptions,
): Promise<FactorReport[]> {
  const { panel } = market;
  const own = await Promise.all(
    reports.map(async ({ factor, run }, k): Promise<NamedCells | undefined> => {
      const source = candidates[k]!.source ?? candidates[k]!.recorded;
      if (!source || run?.outcome !== "values") return undefined;
      const [cells] = (await source.run(market.whole)).columns.values();
      return cells && { name: factor, cells, known: false };
    }),
  );
  const others = known ? besideMarket(known, panel) : [];
  const all = [...own.filter((one) => one !== undefined), ...others];
  if (all.length < 2) return [...reports];
  const relations = relationsOf(all, correlationMap(all, panel.index));
  const returns = others.length > 0 && quality !== false ? firstReturns(panel, quality ?? {}) : undefined;
  return reports.map((report, k) => {
    const found: FactorRelations | undefined = relations.get(report.factor);
    if (!found) return report;
    const cells = own[k]!.cells;
    const known = others.map((other) => other.cells);
    const increment = returns && { horizon: 1, ...incrementOver(cells, known, returns, panel.index) };
    return { ...report, relations: { ...found, ...(increment && { increment }) } };
  });
}

function besideMarket(known: Panel, market: Panel): NamedCells[] {
  const { rows } = alignRows(market.index, known.index);
  return known.columnNames
    .filter((name) => isNumeric(known.column(name).type))
    .map((name) => {
      const cells = known.column(name).floats();
      return {
        name,
        cells: Float64Array.from(rows, (row) => (row < 0 ? Number.NaN : cells[row]!)),
        known: true,
      };
    });
}

/** The return over the next session of each of the market's rows. */
function firstReturns(
  market: Panel,
  quality: NonNullable<Exclude<ValidateOptions["quality"], false>>,
): Float64Array | undefined {
  const plan = planQuality(
    { ...quality, horizons: [1], decay: [], padded: false, compat: "own" },
    "validateFactors: quality",
  );
  if (plan.label === undefined && !market.hasField(plan.price)) return undefined;
  const frames = marketFrames(market, plan);
  const returns = new Float64Array(market.rowCount);
  for (let s = 0; s < market.index.sessionCount; s++) {
    const frame = frames.at(s);
    returns.set(frame.returns[0]!.subarray(0, frame.size), market.index.startOf(s));
  }
  return returns;
}
