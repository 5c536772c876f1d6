import { MemoryColumn } from "../../columns/memory-column.js";
import type { ColumnSource, FileTable } from "../../columns/table.js";
import { NS_PER_DAY, parseTimeText } from "../../time.js";
import { detectFormat, type OpenTableRequest, openTable } from "../open.js";
import { concatColumns, concatKeys, startsOf } from "./concat.js";
import { codeInName, findParts, type Part } from "./find-parts.js";

/**
 * One table that lies in many files: a folder, a pattern, or a list of paths. The parts stand one after another in the
 * order of their paths, and their columns stay in their files where their format allows it. CSV parts without a column of
 * instruments have the code in their names. Folders such as `year=2020` are columns, and those outside of the range asked
 * for are not opened.
 * @throws DataServiceError not-found, unsupported (parts that disagree), duplicate-keys (parts that overlap), and what
 *   opening a part throws
 */
export async function openParts(
  of: string | readonly string[],
  request: OpenTableRequest,
): Promise<FileTable> {
  const label = typeof of === "string" ? of : `${of[0]} + ${of.length - 1} more`;
  const all = findParts(of);
  const inRange = all.filter(({ partition }) => overlaps(partition, request));
  const parts = inRange.length > 0 ? inRange : all.slice(0, 1);
  const isCsv = parts.every(({ path }) => detectFormat(path) === "csv");
  const names = partitionNames(parts);
  const asked = request.columns?.filter((name) => !names.has(name));
  const own = { ...request, columns: asked };
  if (isCsv && names.size === 0) {
    const { readCsvParts } = await import("../csv/read.js");
    const csv = parts.map(({ path }) => ({ path, instrument: codeInName(path) }));
    return readCsvParts(csv, label, own);
  }
  const tables: FileTable[] = [];
  for (const { path } of parts) tables.push(await openTable(path, own));
  const columns = concatColumns(tables, label);
  for (const [name, column] of partitionColumns(parts, names, startsOf(tables))) {
    if (request.columns === undefined || request.columns.includes(name)) columns.set(name, column);
  }
  const { groups, keyNames } = tables[0]!;
  const notes = [...new Set(tables.flatMap((table) => table.notes ?? []))];
  const starts = startsOf(tables);
  const paths = parts.map(({ path }) => path);
  return {
    label,
    keys: concatKeys(tables, label),
    columns,
    groups,
    keyNames,
    notes,
    parts: { paths, starts },
  };
}

/** Folder names such as `year` that are the same for all parts, and no column of theirs. */
function partitionNames(parts: readonly Part[]): Set<string> {
  const [first] = parts;
  const names = [...first!.partition.keys()];
  return new Set(names.filter((name) => parts.every(({ partition }) => partition.has(name))));
}

function partitionColumns(
  parts: readonly Part[],
  names: ReadonlySet<string>,
  starts: readonly number[],
): [string, ColumnSource][] {
  return Array.from(names, (name) => {
    const texts = parts.map(({ partition }) => partition.get(name)!);
    const isWhole = texts.every((text) => /^-?(?:0|[1-9]\d{0,14})$/.test(text));
    const rows = starts.at(-1)!;
    const values = isWhole ? new BigInt64Array(rows) : new Array<string | null>(rows);
    for (const [i, text] of texts.entries()) {
      if (Array.isArray(values)) values.fill(text, starts[i], starts[i + 1]);
      else values.fill(BigInt(text), starts[i], starts[i + 1]);
    }
    return [name, new MemoryColumn(isWhole ? "int64" : "string", { values })];
  });
}

/** Whether a part's folders, where they name a time, can hold rows of the range. */
function overlaps(partition: ReadonlyMap<string, string>, { startNs, endNs }: OpenTableRequest): boolean {
  const span = spanOf(partition);
  if (!span) return true;
  return (endNs === undefined || span[0] <= endNs) && (startNs === undefined || span[1] >= startNs);
}

/** The first and the last nanosecond that `year`, `month`, `day` or `date` name. */
function spanOf(partition: ReadonlyMap<string, string>): [bigint, bigint] | undefined {
  const get = (...names: string[]) =>
    names.map((name) => partition.get(name)).find((value) => value !== undefined);
  const day = parseTimeText(get("date", "datetime", "trade_date", "dt") ?? "")?.ns;
  if (day !== undefined) return [day, day + NS_PER_DAY - 1n];
  const year = Number(get("year"));
  if (!Number.isInteger(year) || year < 1678 || year > 2261) return undefined;
  const [month, date] = [Number(get("month")), Number(get("day"))];
  const ns = (y: number, m: number, d: number) => BigInt(Date.UTC(y, m, d)) * 1_000_000n;
  if (!(month >= 1 && month <= 12)) return [ns(year, 0, 1), ns(year + 1, 0, 1) - 1n];
  if (!(date >= 1 && date <= 31)) return [ns(year, month - 1, 1), ns(year, month, 1) - 1n];
  return [ns(year, month - 1, date), ns(year, month - 1, date + 1) - 1n];
}
