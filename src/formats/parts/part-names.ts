import { extname } from "node:path";
import { parseCode } from "../../names/code-conventions.js";
import { needsCodeOfName } from "../csv/read.js";
import { codeInName, filesIn, TABLE_NAME } from "./find-parts.js";

const YEAR = "(?:19|20)\\d{2}";
const MONTH = "(?:0[1-9]|1[0-2])";
const DAY = "(?:0[1-9]|[12]\\d|3[01])";
/** `2020`, `2020-01`, `202001`, `20200102`, `2020Q1`, `2020H1`, behind a name or not. */
const DATED = new RegExp(
  `^(?:(.*?)[-_. ])??${YEAR}(?:[-_.]?(?:${MONTH}(?:[-_.]?${DAY})?|[qQ][1-4]|[hH][12]))?$`,
);
/** `part-0`, `part-00000-c000.snappy` (Spark), `part.0` (dask), `data_0` (DuckDB), `0` (polars). */
const NUMBERED = /^(?:(?:part|data|chunk)[-_.]?)?\d{1,5}(?:[-_.].*)?$/i;

/**
 * What the parts of a table are called together, by the name of one: `daily` of `daily_2020-01.parquet`, nothing of
 * `2020-01.parquet`, `part-0.parquet` and `sh600000.csv`. Undefined where a file's name is that of no part.
 */
export function stemOf(path: string): string | undefined {
  let name = codeInName(path);
  if (parseCode(name) || /^\d{6}$/.test(name) || NUMBERED.test(name)) return "";
  for (let isDated = false; ; isDated = true) {
    const found = DATED.exec(name); // of `2020-01-01_2020-01-31` both
    if (!found) return isDated ? name : undefined;
    if (!found[1]) return "";
    name = found[1];
  }
}

/** Files of a table by the name that they have together. */
export interface PartGroup {
  readonly stem: string;
  readonly paths: readonly string[];
}

/**
 * The tables that lie in several of the files of a folder, by the names of these; and where no CSV file has a column of
 * instruments, all of them, as then each is that of the code it is named by. Of a text the header is looked at.
 */
export function partGroups(paths: readonly string[]): PartGroup[] {
  const texts = paths.filter((path) => isCsvName(path));
  const groups = new Map<string, PartGroup & { readonly paths: string[] }>();
  if (texts.length > 1 && [texts[0]!, texts.at(-1)!].every(needsCodeOfName)) {
    groups.set("texts", { stem: "", paths: texts });
  }
  for (const path of paths) {
    if (!TABLE_NAME.test(path) || groups.get("texts")?.paths.includes(path)) continue;
    const stem = stemOf(path);
    if (stem === undefined) continue;
    const key = `${stem}/${extname(path)}`;
    const group = groups.get(key) ?? { stem, paths: [] };
    group.paths.push(path);
    groups.set(key, group);
  }
  return [...groups.values()].filter(({ paths: own }) => own.length > 1);
}

/** Whether all table files of a folder are the parts of one table, by their names: folders such as `year=2020`, months, codes. */
export function isPartsFolder(folder: string): boolean {
  const paths = filesIn(folder);
  if (paths.length === 0) return false;
  if (paths.every((path) => /[\\/][^=\\/]+=[^\\/]*[\\/]/.test(path.slice(folder.length)))) return true;
  if (paths.length === 1) return stemOf(paths[0]!) !== undefined;
  const [group] = partGroups(paths);
  return group !== undefined && group.paths.length === paths.length;
}

function isCsvName(path: string): boolean {
  return /\.(?:csv|tsv)(?:\.(?:gz|zip))?$/i.test(path);
}
