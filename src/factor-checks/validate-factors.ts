import type { Panel } from "../panel/panel.js";
import type { FactorReport } from "./factor-report.js";
import type { LibraryRequest } from "./library-sources.js";
import type { ProofOptions } from "./proof/prove-factor.js";
import type { QualityOptions } from "./quality/quality-options.js";

/** How far a validation is. */
export interface ValidateProgress {
  readonly factors: number;
  readonly totalFactors: number;
  /** The factor that was finished last. */
  readonly factor: string;
}

/** How `validateFactors` validates. */
export interface ValidateOptions extends LibraryRequest {
  /** Only these factors, by name. */
  readonly factors?: readonly string[] | undefined;
  /** False leaves the proof against look-ahead out. */
  readonly proof?: Omit<ProofOptions, "signal"> | false | undefined;
  /** How quality is computed; false leaves it out. */
  readonly quality?: QualityOptions | false | undefined;
  /** The relative difference to the recorded values that counts as within tolerance; 1e-9 by default. */
  readonly tolerance?: number | undefined;
  /** Factors that are known already, such as Alpha158, to compare with and to add to. */
  readonly known?: Panel | undefined;
  /** Seconds that a call of a factor may take; 60 by default. */
  readonly seconds?: number | undefined;
  /** Bytes that a call may take beyond what importing took; 4 GB by default. */
  readonly memoryBytes?: number | undefined;
  /** A folder for reports of earlier runs, or true for that of the cache of tables; none by default. */
  readonly cache?: string | boolean | undefined;
  /** A folder for the smallest windows that show a difference to recorded values; none by default. */
  readonly replay?: string | undefined;
  /** Called with how far it is, now and then. */
  readonly onProgress?: ((progress: ValidateProgress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Validates a library of factors on a market: whether each runs and keeps its contract, gives the recorded values, looks
 * ahead, and how good it is. Factors are expressions, functions of a Python package, RD-Agent workspaces, or recorded
 * files. This runs the library's code as this user: it is for code that you trust. Without a Python that has pandas the
 * rest is done and the reports say what was left out. Whatever a factor's code does is a finding of its report.
 * @returns one report a factor, in the order of the metadata
 * @throws DataServiceError bad-request, not-found, corrupt (the metadata), cancelled
 * @example
 * const reports = await validateFactors(market, { expressions: { reversal: "1 - $close / Ref($close, 5)" } });
 */
export async function validateFactors(market: Panel, options: ValidateOptions): Promise<FactorReport[]> {
  const { validateLibrary } = await import("./validate-library.js"); // few programs validate factors
  return validateLibrary(market, options);
}
