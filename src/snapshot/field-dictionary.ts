import { readFileSync } from "node:fs";
import { DataServiceError } from "../errors.js";
import { accessing } from "../files/file-access.js";
import { findField } from "../names/field.js";
import { csvRecords } from "../text/csv-records.js";

/** What is known of a field besides its cells. */
export interface FieldMeaning {
  /** What it means, mostly in Chinese, as the dictionary says it. */
  readonly meaning?: string | undefined;
  readonly unit?: string | undefined;
  /** The table of the data source it came from. */
  readonly sourceTable?: string | undefined;
}

/** How dictionaries head their columns, the most telling name first. Compared in lower case. */
const HEADINGS: Readonly<Record<"name" | keyof FieldMeaning, readonly string[]>> = {
  name: ["name", "field", "field_name", "column", "column_name", "factor", "字段", "字段名", "列名"],
  meaning: [
    "meaning",
    "meaning_cn",
    "description_cn",
    "desc_cn",
    "name_cn",
    "cn_name",
    "comment",
    "description",
    "desc",
    "中文含义",
    "含义",
    "中文名",
    "说明",
    "描述",
  ],
  unit: ["unit", "units", "unit_cn", "单位"],
  sourceTable: ["source_table", "table", "table_name", "source", "来源表", "数据表", "来源"],
};

/** Units that a meaning may end with in brackets: 总市值(万元). */
const UNIT_AT_END = /[(（](%|‰|元|千元|万元|亿元|股|万股|亿股|手|倍|点|天|日|次)[)）]\s*$/;

/** The market fields, whose meaning the data contract fixes. */
const MARKET_FIELDS: readonly (readonly [name: string, meaning: string, unit: string])[] = [
  ["$open", "开盘价（前复权）", "元"],
  ["$close", "收盘价（前复权）", "元"],
  ["$high", "最高价（前复权）", "元"],
  ["$low", "最低价（前复权）", "元"],
  ["$vwap", "成交均价（前复权）", "元"],
  ["$volume", "成交量（股数除以复权因子）", "股"],
  ["$amount", "成交额（未复权）", "元"],
  ["$factor", "复权因子（原始价 = 前复权价 / 因子）", ""],
];

/** Meanings of fields by name, from dictionary files of a snapshot. What is read first stays. */
export class FieldDictionary {
  readonly #fields = new Map<string, FieldMeaning>();

  /** What is known of a field, asked for with or without `$`. */
  of(name: string): FieldMeaning {
    const key = findField(name, this.#fields);
    if (key !== undefined) return this.#fields.get(key)!;
    const market = MARKET_FIELDS.find(([own]) => own === name);
    if (!market) return {};
    const [, meaning, unit] = market;
    return { meaning, ...(unit !== "" && { unit }), sourceTable: "daily_pv" };
  }

  /**
   * Reads `static_factors_schema.csv`, `.json`, `aistock_field_map.csv` and the like: records with a column
   * for the name and any of meaning, unit and source table, under the headings in use; JSON may also be an
   * object by field name. @returns how many fields it names @throws DataServiceError corrupt, not-found, is-directory, read-failed
   */
  read(path: string): number {
    const text = accessing(path, () => readFileSync(path, "utf8")).replace(/^\uFEFF/, "");
    const records = path.toLowerCase().endsWith(".json") ? jsonRecords(text, path) : csvRecords(text, path);
    let named = 0;
    for (const record of records) {
      const name = pick(record, "name");
      if (name === undefined) continue;
      named++;
      this.#add(name, {
        meaning: pick(record, "meaning"),
        unit: pick(record, "unit"),
        sourceTable: pick(record, "sourceTable"),
      });
    }
    if (named === 0) {
      throw new DataServiceError(
        "corrupt",
        `${path}: no field is named in it; a field dictionary has a column "name" or "field"`,
        { path, found: Object.keys(records[0] ?? {}) },
      );
    }
    return named;
  }

  #add(name: string, { meaning, unit, sourceTable }: FieldMeaning): void {
    const known = this.#fields.get(name) ?? {};
    const text = known.meaning ?? meaning;
    const inBrackets = text === undefined ? undefined : UNIT_AT_END.exec(text)?.[1];
    this.#fields.set(name, {
      meaning: text,
      unit: known.unit ?? unit ?? inBrackets,
      sourceTable: known.sourceTable ?? sourceTable,
    });
  }
}

/** Whether a file of a snapshot is a field dictionary, by its name. */
export function isDictionaryName(file: string): boolean {
  return /(?:_schema\.(?:csv|json)|field_?map.*\.csv)$/i.test(file);
}

type Entry = Readonly<Record<string, unknown>>;

function pick(record: Entry, what: keyof typeof HEADINGS): string | undefined {
  for (const heading of HEADINGS[what]) {
    const cell = record[heading];
    if (typeof cell === "string" && cell.trim() !== "") return cell.trim();
  }
  return undefined;
}

function lowerKeys(record: Entry): Entry {
  return Object.fromEntries(Object.entries(record).map(([key, cell]) => [key.trim().toLowerCase(), cell]));
}

function jsonRecords(text: string, path: string): Entry[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (cause) {
    throw new DataServiceError("corrupt", `${path}: not JSON: ${(cause as Error).message}`, { path }, cause);
  }
  const isObject = (value: unknown): value is Entry => typeof value === "object" && value !== null;
  if (!isObject(parsed)) return [];
  const list = Array.isArray(parsed) ? parsed : Object.values(parsed).find(Array.isArray);
  if (list) return list.filter(isObject).map(lowerKeys);
  return Object.entries(parsed).map(([name, about]) =>
    isObject(about) ? { ...lowerKeys(about), name } : { name, meaning: about },
  );
}
