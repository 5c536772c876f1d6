import { checkChoice } from "../names/choice.js";
import { checkKeys, type RequestKeys } from "../names/request-keys.js";
import { CHOICE_KEYS, chooseFactors, type FactorChoice, type FactorSet } from "./factor-set.js";

/** The price fields of Alpha158 and Alpha360. */
export type PriceFeature = "OPEN" | "HIGH" | "LOW" | "CLOSE" | "VWAP";

/** A family of rolling factors. As in qlib, "LOW" is the family of the factors MIN5, MIN10, … */
export type RollingFamily = (typeof ROLLING)[number]["family"];

/** qlib's configuration of Alpha158 (`Alpha158DL.get_feature_config`): a part that is omitted gives no factors. */
export interface Alpha158Parts {
  readonly kbar?: Readonly<Record<string, never>> | undefined;
  /** Prices `windows` sessions ago divided by today's close. Defaults: 0 to 4, all five features. */
  readonly price?:
    | {
        readonly windows?: readonly number[] | undefined;
        readonly feature?: readonly PriceFeature[] | undefined;
      }
    | undefined;
  /** Volumes `windows` sessions ago divided by today's. Default: 0 to 4. */
  readonly volume?: { readonly windows?: readonly number[] | undefined } | undefined;
  /** Defaults: windows 5, 10, 20, 30, 60; every family. */
  readonly rolling?:
    | {
        readonly windows?: readonly number[] | undefined;
        readonly include?: readonly RollingFamily[] | undefined;
        readonly exclude?: readonly RollingFamily[] | undefined;
      }
    | undefined;
}

/** Which of Alpha158's factors are made, and of which fields. */
export interface Alpha158Options extends FactorChoice {
  readonly parts?: Alpha158Parts | undefined;
}

const OPTION_KEYS: RequestKeys<Alpha158Options> = { ...CHOICE_KEYS, parts: true };
const PART_KEYS: RequestKeys<Alpha158Parts> = { kbar: true, price: true, volume: true, rolling: true };
const PRICE_KEYS: RequestKeys<NonNullable<Alpha158Parts["price"]>> = { windows: true, feature: true };
const VOLUME_KEYS: RequestKeys<NonNullable<Alpha158Parts["volume"]>> = { windows: true };
const ROLLING_KEYS: RequestKeys<NonNullable<Alpha158Parts["rolling"]>> = {
  windows: true,
  include: true,
  exclude: true,
};

/** What makes Alpha158 its 158 factors. */
export const ALPHA158_PARTS: Alpha158Parts = {
  kbar: {},
  price: { windows: [0], feature: ["OPEN", "HIGH", "LOW", "VWAP"] },
  rolling: {},
};

/** The shape of one session's bar. */
const KBAR: Readonly<Record<string, string>> = {
  KMID: "($close-$open)/$open",
  KLEN: "($high-$low)/$open",
  KMID2: "($close-$open)/($high-$low+1e-12)",
  KUP: "($high-Greater($open, $close))/$open",
  KUP2: "($high-Greater($open, $close))/($high-$low+1e-12)",
  KLOW: "(Less($open, $close)-$low)/$open",
  KLOW2: "(Less($open, $close)-$low)/($high-$low+1e-12)",
  KSFT: "(2*$close-$high-$low)/$open",
  KSFT2: "(2*$close-$high-$low)/($high-$low+1e-12)",
};

const UP = "Greater($close-Ref($close, 1), 0)";
const DOWN = "Greater(Ref($close, 1)-$close, 0)";
const MOVE = "Abs($close-Ref($close, 1))";
const MORE = "Greater($volume-Ref($volume, 1), 0)";
const FEWER = "Greater(Ref($volume, 1)-$volume, 0)";
const TURN = "Abs($volume-Ref($volume, 1))";
const WEIGHTED = "Abs($close/Ref($close, 1)-1)*$volume";

/** The rolling families in qlib's order; `d` stands for the window. */
const ROLLING = [
  { family: "ROC", expression: "Ref($close, d)/$close" },
  { family: "MA", expression: "Mean($close, d)/$close" },
  { family: "STD", expression: "Std($close, d)/$close" },
  { family: "BETA", expression: "Slope($close, d)/$close" },
  { family: "RSQR", expression: "Rsquare($close, d)" },
  { family: "RESI", expression: "Resi($close, d)/$close" },
  { family: "MAX", expression: "Max($high, d)/$close" },
  { family: "LOW", factor: "MIN", expression: "Min($low, d)/$close" },
  { family: "QTLU", expression: "Quantile($close, d, 0.8)/$close" },
  { family: "QTLD", expression: "Quantile($close, d, 0.2)/$close" },
  { family: "RANK", expression: "Rank($close, d)" },
  { family: "RSV", expression: "($close-Min($low, d))/(Max($high, d)-Min($low, d)+1e-12)" },
  { family: "IMAX", expression: "IdxMax($high, d)/d" },
  { family: "IMIN", expression: "IdxMin($low, d)/d" },
  { family: "IMXD", expression: "(IdxMax($high, d)-IdxMin($low, d))/d" },
  { family: "CORR", expression: "Corr($close, Log($volume+1), d)" },
  { family: "CORD", expression: "Corr($close/Ref($close,1), Log($volume/Ref($volume, 1)+1), d)" },
  { family: "CNTP", expression: "Mean($close>Ref($close, 1), d)" },
  { family: "CNTN", expression: "Mean($close<Ref($close, 1), d)" },
  { family: "CNTD", expression: "Mean($close>Ref($close, 1), d)-Mean($close<Ref($close, 1), d)" },
  { family: "SUMP", expression: `Sum(${UP}, d)/(Sum(${MOVE}, d)+1e-12)` },
  { family: "SUMN", expression: `Sum(${DOWN}, d)/(Sum(${MOVE}, d)+1e-12)` },
  { family: "SUMD", expression: `(Sum(${UP}, d)-Sum(${DOWN}, d))/(Sum(${MOVE}, d)+1e-12)` },
  { family: "VMA", expression: "Mean($volume, d)/($volume+1e-12)" },
  { family: "VSTD", expression: "Std($volume, d)/($volume+1e-12)" },
  { family: "WVMA", expression: `Std(${WEIGHTED}, d)/(Mean(${WEIGHTED}, d)+1e-12)` },
  { family: "VSUMP", expression: `Sum(${MORE}, d)/(Sum(${TURN}, d)+1e-12)` },
  { family: "VSUMN", expression: `Sum(${FEWER}, d)/(Sum(${TURN}, d)+1e-12)` },
  { family: "VSUMD", expression: `(Sum(${MORE}, d)-Sum(${FEWER}, d))/(Sum(${TURN}, d)+1e-12)` },
] as const;

const ROLLING_FAMILIES: readonly RollingFamily[] = ROLLING.map(({ family }) => family);

const FEATURES: readonly PriceFeature[] = ["OPEN", "HIGH", "LOW", "CLOSE", "VWAP"];
const FIVE: readonly number[] = [0, 1, 2, 3, 4];

/**
 * qlib's Alpha158: factor names and their expressions, generated as `Alpha158DL.get_feature_config` does. With
 * `fields`, `$vwap` is replaced by `$amount/$volume` if only those are available, else its factors are left out;
 * `onNote` is told which.
 * @throws DataServiceError bad-request if `select` names a factor, or `parts` a part, that the set does not have
 */
export function alpha158(options: Alpha158Options = {}): FactorSet {
  checkKeys(options, OPTION_KEYS, "alpha158");
  const parts = options.parts ?? ALPHA158_PARTS;
  checkParts(parts);
  const factors: [name: string, expression: string][] = [];
  if (parts.kbar) factors.push(...Object.entries(KBAR));
  if (parts.price) {
    for (const feature of parts.price.feature ?? FEATURES) {
      const field = `$${feature.toLowerCase()}`;
      for (const d of parts.price.windows ?? FIVE)
        factors.push([`${feature}${d}`, `${ago(field, d)}/$close`]);
    }
  }
  if (parts.volume) {
    for (const d of parts.volume.windows ?? FIVE)
      factors.push([`VOLUME${d}`, `${ago("$volume", d)}/($volume+1e-12)`]);
  }
  if (parts.rolling) {
    const { windows = [5, 10, 20, 30, 60], include, exclude = [] } = parts.rolling;
    for (const { family, expression, ...rest } of ROLLING) {
      if (exclude.includes(family) || (include && !include.includes(family))) continue;
      const factor = "factor" in rest ? rest.factor : family;
      for (const d of windows) factors.push([`${factor}${d}`, expression.replace(/\bd\b/g, String(d))]);
    }
  }
  return chooseFactors("Alpha158", factors, options);
}

function checkParts(parts: Alpha158Parts): void {
  checkKeys(parts, PART_KEYS, "alpha158: parts");
  const { price = {}, volume = {}, rolling = {} } = parts;
  checkKeys(price, PRICE_KEYS, "alpha158: price");
  checkKeys(volume, VOLUME_KEYS, "alpha158: volume");
  checkKeys(rolling, ROLLING_KEYS, "alpha158: rolling");
  const { include = [], exclude = [] } = rolling;
  for (const feature of price.feature ?? []) checkChoice(feature, FEATURES, "alpha158: feature");
  for (const family of [...include, ...exclude]) checkChoice(family, ROLLING_FAMILIES, "alpha158: family");
}

function ago(field: string, d: number): string {
  return d === 0 ? field : `Ref(${field}, ${d})`;
}
