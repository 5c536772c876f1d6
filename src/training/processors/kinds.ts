import { DataServiceError } from "../../errors.js";
import { checkChoice } from "../../names/choice.js";
import { checkKeys, type RequestKeys } from "../../names/request-keys.js";
import { csRankNorm, csZFillna, csZScoreNorm, processInf } from "./by-session.js";
import { fillna, forwardFill, tanhProcess } from "./cells.js";
import { dropCol, filterCol, hashStockFormat } from "./columns.js";
import { configSectionProcessor } from "./config-section.js";
import type { Kind, Kinds } from "./kind.js";
import { neutralise } from "./neutralise.js";
import { minMaxNorm, robustZScoreNorm, zScoreNorm } from "./normalise.js";
import { oneHot } from "./one-hot.js";
import type { Processor, ProcessorName, ProcessorOf } from "./processor.js";
import { rankGauss } from "./rank-gauss.js";
import { dropnaLabel, dropnaProcessor, timeRangeFlt } from "./rows.js";
import { winsorise } from "./winsorise.js";

/** How each kind of processor works, by its name. */
export const KINDS: Kinds = {
  RobustZScoreNorm: robustZScoreNorm,
  ZScoreNorm: zScoreNorm,
  MinMaxNorm: minMaxNorm,
  CSZScoreNorm: csZScoreNorm,
  CSRankNorm: csRankNorm,
  CSZFillna: csZFillna,
  Fillna: fillna,
  ProcessInf: processInf,
  TanhProcess: tanhProcess,
  DropnaProcessor: dropnaProcessor,
  DropnaLabel: dropnaLabel,
  DropCol: dropCol,
  FilterCol: filterCol,
  HashStockFormat: hashStockFormat,
  TimeRangeFlt: timeRangeFlt,
  ConfigSectionProcessor: configSectionProcessor,
  Winsorise: winsorise,
  Neutralise: neutralise,
  OneHot: oneHot,
  RankGauss: rankGauss,
  ForwardFill: forwardFill,
};

export const PROCESSOR_NAMES = Object.keys(KINDS) as ProcessorName[];

/** The kind of a processor. */
export function kindOf<Name extends ProcessorName>(processor: ProcessorOf<Name>): Kind<Name> {
  return KINDS[processor.kind as Name] as Kind<Name>;
}

/** Whether a processor has to be fitted before it is applied. */
export function isFitted(processor: Processor): boolean {
  const kind = kindOf(processor);
  return kind.fit !== undefined && (kind.isFitted?.(processor) ?? true);
}

type Options<Name extends ProcessorName> = RequestKeys<Omit<ProcessorOf<Name>, "kind">>;
const GROUPED = { fields: true } as const;
const FITTED = { fields: true, fit: true } as const;

const OPTIONS: { readonly [Name in ProcessorName]: Options<Name> } = {
  RobustZScoreNorm: { ...FITTED, clipOutlier: true },
  ZScoreNorm: FITTED,
  MinMaxNorm: FITTED,
  CSZScoreNorm: { ...GROUPED, method: true },
  CSRankNorm: GROUPED,
  CSZFillna: GROUPED,
  Fillna: { ...GROUPED, value: true },
  ProcessInf: GROUPED,
  TanhProcess: GROUPED,
  DropnaProcessor: GROUPED,
  DropnaLabel: GROUPED,
  DropCol: { columns: true },
  FilterCol: { ...GROUPED, columns: true },
  HashStockFormat: {},
  TimeRangeFlt: { start: true, end: true },
  ConfigSectionProcessor: {
    clipFeatureOutlier: true,
    shrinkFeatureOutlier: true,
    fillnaFeature: true,
    clipLabelOutlier: true,
    fillnaLabel: true,
  },
  Winsorise: { ...FITTED, limits: true, by: true },
  Neutralise: { ...GROUPED, by: true, exposures: true },
  OneHot: { column: true, fit: true },
  RankGauss: FITTED,
  ForwardFill: { ...GROUPED, limit: true },
};

/** The options a kind takes, without `kind`. */
export function optionsOf(name: ProcessorName): string[] {
  return Object.keys(OPTIONS[name]);
}

/** Kinds that may be used without `fields`; any other would touch labels unasked. */
const FIELDLESS: ReadonlySet<ProcessorName> = new Set(["DropnaLabel"]);

/** @param what how errors name its place, such as `processors.infer[0]` @throws DataServiceError bad-request */
export function checkProcessor(processor: Processor, what: string): void {
  checkChoice(processor?.kind, PROCESSOR_NAMES, `${what}: kind`);
  const { kind, ...options } = processor;
  checkKeys(options as never, OPTIONS[kind] as never, `${what} (${kind})`);
  if (!("fields" in OPTIONS[kind]) || FIELDLESS.has(kind)) return;
  const { fields } = options as { fields?: unknown };
  if (typeof fields === "string" || Array.isArray(fields)) return;
  throw fieldsMissing(what, kind);
}

function fieldsMissing(what: string, kind: ProcessorName): DataServiceError {
  return new DataServiceError(
    "bad-request",
    `${what} (${kind}): fields is missing; name the groups it is for, such as "feature", or "all" to change the labels too`,
    { field: "fields" },
  );
}
