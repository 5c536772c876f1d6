import { DataServiceError, pathOf } from "../errors.js";
import { listNames } from "./field.js";
import { nearestName, suggestion } from "./nearest.js";

/** The columns that are the keys, by name; one that is left out is found as if none were given. */
export interface KeyNames {
  readonly datetime?: string | undefined;
  readonly instrument?: string | undefined;
}

export type KeyName = "datetime" | "instrument";

/** What tushare, akshare, baostock, polars and exports of Chinese terminals call the keys; case does not count. */
export const KNOWN_NAMES: Readonly<Record<KeyName, readonly string[]>> = {
  datetime: ["trade_date", "date", "日期", "交易日期", "时间", "trade_time", "timestamp"],
  instrument: ["ts_code", "symbol", "code", "股票代码", "证券代码", "代码", "ticker", "order_book_id"],
};

/** What a field could be by its type: `time` a datetime, `name` an instrument, or a datetime as text or digits. */
export type KeyKind = "time" | "name" | undefined;

/** A field that could be a key. */
export interface KeyField {
  /** The field of the file. */
  readonly field: string;
  /** What it is called. */
  readonly name: string;
  readonly kind: KeyKind;
}

const fits = (key: KeyName, kind: KeyKind) => (key === "datetime" ? kind !== undefined : kind === "name");

/**
 * The fields that are the keys: those named, else the two levels of the pandas index, else fields called `datetime` and
 * `instrument`, else the one field that is called what others call it.
 * @param index the fields of the pandas index, without repeats
 * @throws DataServiceError unknown-field (a name that was given), flat-index (several could be it)
 */
export function findKeys(
  fields: readonly KeyField[],
  index: readonly KeyField[],
  given: KeyNames,
  label: string,
): { datetime: KeyField | undefined; instrument: KeyField | undefined } {
  const named = {
    datetime: given.datetime === undefined ? undefined : fieldNamed(given.datetime, fields, label),
    instrument: given.instrument === undefined ? undefined : fieldNamed(given.instrument, fields, label),
  };
  const levels = named.datetime || named.instrument ? undefined : levelKeys(index);
  if (levels) return levels;
  const find = (key: KeyName): KeyField | undefined => {
    if (named[key]) return named[key];
    const other = named[key === "datetime" ? "instrument" : "datetime"];
    const open = [...index, ...fields].filter((one) => fits(key, one.kind) && one.field !== other?.field);
    const exact =
      open.find(({ name }) => name === key) ?? open.find(({ name }) => name.toLowerCase() === key);
    return exact ?? oneOf(key, open, fields, label);
  };
  return { datetime: find("datetime"), instrument: find("instrument") };
}

/** The roles of two levels of an index: by type, and of two that hold text or digits by their names. */
function levelKeys(index: readonly KeyField[]) {
  if (index.length !== 2) return undefined;
  const [a, b] = index as [KeyField, KeyField];
  if (a.kind === "time" && b.kind === "name") return { datetime: a, instrument: b };
  if (b.kind === "time" && a.kind === "name") return { datetime: b, instrument: a };
  if (a.kind !== "name" || b.kind !== "name") return undefined;
  const isTime = ({ name }: KeyField) => isCalled("datetime", name);
  if (isTime(a) !== isTime(b))
    return isTime(a) ? { datetime: a, instrument: b } : { datetime: b, instrument: a };
  return undefined;
}

function isCalled(key: KeyName, name: string): boolean {
  const own = name.toLowerCase();
  return own === key || KNOWN_NAMES[key].includes(own);
}

/** Whether a column is called as one of the keys is, here or elsewhere. */
export function isNamedAsKey(name: string): boolean {
  return isCalled("datetime", name) || isCalled("instrument", name);
}

/** @throws DataServiceError flat-index */
function oneOf(
  key: KeyName,
  open: readonly KeyField[],
  fields: readonly KeyField[],
  label: string,
): KeyField | undefined {
  const found = new Map(open.filter(({ name }) => isCalled(key, name)).map((one) => [one.field, one]));
  if (found.size <= 1) return [...found.values()][0];
  const names = [...found.values()].map(({ name }) => name);
  throw new DataServiceError(
    "flat-index",
    `${label}: ${listNames(names)} could each be the ${key}; say which, with openPanel(path, { keys: { ${key}: "${names[0]}" } }) or --${key} ${names[0]}`,
    { ...pathOf(label), found: fields.map(({ name }) => name) },
  );
}

function fieldNamed(name: string, fields: readonly KeyField[], label: string): KeyField {
  const found = fields.find((one) => one.name === name) ?? fields.find((one) => one.field === name);
  if (found) return found;
  const names = fields.map((one) => one.name);
  const near = nearestName(name, names);
  const hint = near === undefined ? `; its columns are ${listNames(names)}` : suggestion(near);
  throw new DataServiceError("unknown-field", `${label}: no column "${name}" for the keys${hint}`, {
    ...pathOf(label),
    field: name,
    found: names,
    ...(near !== undefined && { suggestion: near }),
  });
}
