import { join } from "node:path";
import { Column } from "../columns/column.js";
import { DataServiceError } from "../errors.js";
import { Panel } from "../panel/panel.js";
import { compareFactor } from "./compare/compare-factor.js";
import { writeReplay } from "./compare/write-replay.js";
import { runFindings, valueFindings } from "./contract-findings.js";
import type { Comparison, FactorReport, Finding, LookAheadProof } from "./factor-report.js";
import { finding, statusOf, worstFirst } from "./findings.js";
import type { Candidate } from "./library-sources.js";
import type { ProofMarket } from "./proof/proof-market.js";
import { type ProofOptions, proveFactor } from "./proof/prove-factor.js";
import { comparisonFindings, proofFindings, versionFindings } from "./proof-findings.js";
import { computeQuality } from "./quality/compute-quality.js";
import type { FactorQuality } from "./quality/quality-figures.js";
import type { QualityOptions } from "./quality/quality-options.js";
import type { FactorRun } from "./sources/factor-source.js";

export interface FactorSteps {
  /** False leaves the proof out. */
  readonly proof: ProofOptions | false;
  readonly quality: QualityOptions | false;
  /** Relative difference to the recorded values that counts as within tolerance. */
  readonly tolerance: number | undefined;
  /** For inputs that are written for Python. */
  readonly folder: string;
  /** Where the smallest windows that show differences go. */
  readonly replay: string | undefined;
}

/** All of one factor: it is run, its result checked, compared, proven, and its figures computed. */
export async function validateFactor(
  candidate: Candidate,
  market: ProofMarket,
  steps: FactorSteps,
): Promise<FactorReport> {
  const { name, description, version, recorded } = candidate;
  const findings: Finding[] = [...candidate.findings, ...(version ? versionFindings(version) : [])];
  const source = candidate.source ?? recorded;
  if (!source) return reportOf(candidate, findings, { quality: [] });
  const run = await source.run(market.whole);
  findings.push(...runFindings(run, name, market.panel));
  const base = { run: run.report, version };
  if (run.report.outcome !== "values" || run.columns.size === 0)
    return reportOf(candidate, findings, { ...base, quality: [] });
  const proof =
    steps.proof === false || !candidate.source
      ? undefined
      : await proofOf(candidate, market, run, steps.proof);
  if (proof) findings.push(...proofFindings(proof));
  const values = valueFindings(
    run,
    market.panel,
    proof?.verdict === "look-ahead" ? undefined : proof?.lookback?.rows,
  );
  findings.push(...values.findings);
  const comparison =
    candidate.source && recorded ? await comparisonOf(candidate, run, market, findings, steps) : undefined;
  const quality = steps.quality === false ? [] : qualityOf(run, market.panel, steps.quality);
  return reportOf({ ...candidate, description }, findings, {
    ...base,
    proof,
    comparison,
    missing: values.missing,
    quality,
  });
}

function reportOf(
  { name, description }: Candidate,
  findings: readonly Finding[],
  found: Pick<FactorReport, "quality"> & Partial<FactorReport>,
): FactorReport {
  return {
    ...found,
    factor: name,
    status: statusOf(findings),
    source: description,
    findings: worstFirst(findings),
    cached: false,
  };
}

async function proofOf(
  { source, lookback }: Candidate,
  market: ProofMarket,
  run: FactorRun,
  options: ProofOptions,
): Promise<LookAheadProof> {
  const proof = await proveFactor(source!, market, run, options);
  return proof.lookback ? { ...proof, lookback: { ...proof.lookback, declared: lookback } } : proof;
}

/** A file that cannot be opened is a finding, and the others go on. */
async function comparisonOf(
  { source, recorded, name }: Candidate,
  run: FactorRun,
  market: ProofMarket,
  findings: Finding[],
  { tolerance, folder, replay }: FactorSteps,
): Promise<Comparison | undefined> {
  try {
    const options = { tolerance, folder: join(folder, `compare-${name}`) };
    const comparison = await compareFactor(source!, run, market.panel, recorded!, options);
    const differs = comparisonFindings(comparison);
    findings.push(...differs);
    if (replay === undefined || differs.length === 0) return comparison;
    const written = await writeReplay(comparison, {
      source: source!,
      market: market.panel,
      recorded: await recorded!.panel(),
      folder: join(replay, name),
      scratch: join(folder, `replay-${name}`),
    });
    return { ...comparison, replay: written };
  } catch (error) {
    if (!(error instanceof DataServiceError)) throw error;
    findings.push(finding("recorded-unreadable", { error: error.message }));
    return undefined;
  }
}

function qualityOf(run: FactorRun, market: Panel, options: QualityOptions): FactorQuality[] {
  if (options.label === undefined && !market.hasField(options.price ?? "close")) return []; // nothing to earn returns on
  return computeQuality(market, panelOf(run, market), options);
}

/** A run's columns as a panel on the market's rows. */
export function panelOf({ columns }: FactorRun, market: Panel): Panel {
  const named = new Map(
    Array.from(columns, ([name, cells]) => {
      return [name, Column.of(cells instanceof Float32Array ? "float32" : "float64", cells)] as const;
    }),
  );
  return new Panel(market.index, named);
}
