import { checkKeys } from "../names/request-keys.js";
import { CHOICE_KEYS, chooseFactors, type FactorChoice, type FactorSet } from "./factor-set.js";

/**
 * qlib's Alpha360 (`Alpha360DL.get_feature_config`): the last 60 sessions of six fields, oldest first, prices divided
 * by today's close and volumes by today's volume. `$vwap` is treated as in `alpha158`.
 */
export function alpha360(options: FactorChoice = {}): FactorSet {
  checkKeys(options, CHOICE_KEYS, "alpha360");
  const factors: [name: string, expression: string][] = [];
  for (const field of ["close", "open", "high", "low", "vwap", "volume"]) {
    const over = field === "volume" ? "($volume+1e-12)" : "$close";
    for (let d = 59; d >= 0; d--) {
      const cell = d === 0 ? `$${field}` : `Ref($${field}, ${d})`;
      factors.push([`${field.toUpperCase()}${d}`, `${cell}/${over}`]);
    }
  }
  return chooseFactors("Alpha360", factors, options);
}
