import { DataServiceError } from "../errors.js";
import { checkList, findField, listNames } from "../names/field.js";
import { nearestName, suggestion } from "../names/nearest.js";
import type { RequestKeys } from "../names/request-keys.js";

/** Factors as data: expressions by name, in order; what `evaluate` takes. */
export type FactorSet = Readonly<Record<string, string>>;

/** Called with a sentence about what in a set was changed or left out. */
export type OnNote = (note: string) => void;

/** Which factors of a set are taken. */
export interface FactorChoice {
  /** Only these factors, in the set's order; all when omitted. */
  readonly select?: readonly string[] | undefined;
  /** The available fields, with or without `$`. When omitted, nothing is left out for want of a field. */
  readonly fields?: Iterable<string> | undefined;
  readonly onNote?: OnNote | undefined;
}

export const CHOICE_KEYS: RequestKeys<FactorChoice> = { select: true, fields: true, onNote: true };

const VWAP = /\$vwap\b/;
/** Turnover in yuan over adjusted volume (shares / factor): the average price, adjusted as the others are. */
const VWAP_OF_AMOUNT = "($amount/$volume)";

/** The chosen factors of a set, with `$vwap` answered from what fields there are. */
export function chooseFactors(
  set: string,
  factors: readonly (readonly [name: string, expression: string])[],
  { select, fields, onNote }: FactorChoice,
): FactorSet {
  if (select !== undefined) checkList(select, `${set}: select`);
  const names = factors.map(([name]) => name);
  for (const name of select ?? []) {
    if (names.includes(name)) continue;
    const near = nearestName(name, names);
    const hint = near === undefined ? `; it has ${listNames(names)}` : suggestion(near);
    throw new DataServiceError("bad-request", `${set} has no factor "${name}"${hint}`, {
      field: name,
      ...(near !== undefined && { suggestion: near }),
    });
  }
  const chosen = factors.filter(([name]) => !select || select.includes(name));
  const known = fields && new Set(fields);
  const wanting = chosen.filter(([, expression]) => VWAP.test(expression)).map(([name]) => name);
  if (!known || wanting.length === 0 || findField("$vwap", known) !== undefined) {
    return Object.fromEntries(chosen);
  }
  const amount = findField("$amount", known) !== undefined && findField("$volume", known) !== undefined;
  if (amount) {
    onNote?.(`${listNames(wanting)}: "$vwap" is not at hand; computed as $amount/$volume`);
    return Object.fromEntries(
      chosen.map(([name, expression]) => [name, expression.replaceAll("$vwap", VWAP_OF_AMOUNT)]),
    );
  }
  const lacking = select?.filter((name) => wanting.includes(name)) ?? [];
  if (lacking.length > 0) {
    const problem = `${set}: ${listNames(lacking)} cannot be computed; neither "$vwap" nor "$amount" is at hand`;
    throw new DataServiceError("bad-request", problem, { field: lacking[0]!, found: [...known] });
  }
  onNote?.(`${listNames(wanting)} left out: neither "$vwap" nor "$amount" is at hand`);
  return Object.fromEntries(chosen.filter(([name]) => !wanting.includes(name)));
}
