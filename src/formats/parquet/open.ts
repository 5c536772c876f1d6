import { RefusedColumn } from "../../columns/refused-column.js";
import type { ColumnSource, FileTable, TableRequest } from "../../columns/table.js";
import { ByteFile } from "../../files/byte-file.js";
import { ownTimezone, TIMEZONE_KEY } from "../arrow/own-metadata.js";
import {
  chooseColumns,
  groupsOf,
  type LayoutColumn,
  layOut,
  parsePandasMetadata,
} from "../pandas-metadata.js";
import { refusedType } from "../refused-type.js";
import { refuseOtherLevels } from "../repeated-levels.js";
import { ARROW_SCHEMA_KEY, arrowZones } from "./arrow-zones.js";
import { ReadingBudget } from "./budget.js";
import { CellColumn } from "./cell-column.js";
import { ColumnPages, type GroupedRows } from "./column-pages.js";
import { faultless } from "./fault.js";
import { type Footer, readFooter } from "./footer.js";
import { checkFooter } from "./footer-check.js";
import { groupsInRange } from "./key-groups.js";
import { parquetKeys } from "./keys.js";
import { MissingColumn } from "./missing-column.js";
import { keyKindOf, type ParquetField, schemaFields } from "./schema-fields.js";
import { TextColumn } from "./text-column.js";
import { isReadAtOnce, readWideDecimals } from "./wide-decimals.js";

/**
 * A Parquet file as pandas, pyarrow, polars, Spark or DuckDB write it. Reads the footer and the keys, of the row groups that
 * can hold rows of [startNs, endNs] by their statistics; the pages of other columns are read and decoded when their cells
 * are first asked for, each once. Times with a zone show the clocks of that of the pandas or the Arrow metadata, else UTC.
 * Whole numbers as instruments are named by their digits; a column of nulls alone is float64. Columns that a panel cannot
 * hold (lists, records, times of day, bytes) are refused when they are read. The file is compared with the one opened
 * before and after each pass.
 * @throws DataServiceError corrupt, unsupported, over-budget, changed, flat-index, unknown-field
 */
export async function openParquet(path: string, request: TableRequest): Promise<FileTable> {
  const file = ByteFile.of(path);
  return file.session((read) => {
    const { footer, fields } = faultless(file, undefined, () => {
      const own = readFooter(read, file.size);
      const schema = schemaFields(own.schema);
      checkFooter(own, schema.leaves);
      return { footer: own, fields: schema.fields };
    });
    return tableOf(file, footer, fields, request);
  });
}

function tableOf(
  file: ByteFile,
  footer: Footer,
  fields: readonly ParquetField[],
  request: TableRequest,
): FileTable {
  const label = file.label;
  const fieldOf = new Map(fields.map((field) => [field.name, field]));
  const { metadata } = footer;
  const pandas = parsePandasMetadata(metadata.get("pandas"));
  const zones = arrowZones(metadata.get(ARROW_SCHEMA_KEY), label);
  const layout = layOut(
    fields.map(({ name }) => name),
    (name) => keyKindOf(fieldOf.get(name)!),
    (name) => fieldOf.get(name)!.typeName,
    pandas,
    label,
    request.keyNames,
  );
  const chosen = chooseColumns(layout.columns, request.columns, label);
  const datetime = fieldOf.get(layout.datetime)!;
  const rows = rowsOf(file, groupsInRange(footer, datetime, request));
  const zoneOf = ({ name, storage }: ParquetField) =>
    storage?.kind === "time" && storage.isUtc
      ? (pandas?.timezones.get(name) ?? zones.get(name) ?? "UTC")
      : undefined;
  const pagesOf = (field: ParquetField, name: string) => new ColumnPages(rows, field, name);
  const sourceOf = (field: ParquetField, name: string): ColumnSource => {
    if (field.storage?.kind === "null") return new MissingColumn(rows.starts.at(-1)!);
    if (field.storage?.kind === "text") return new TextColumn(pagesOf(field, name));
    return isReadAtOnce(field)
      ? decimalsOf(pagesOf(field, name))
      : new CellColumn(pagesOf(field, name), zoneOf(field));
  };
  const keys = parquetKeys(
    pagesOf(datetime, layout.keyNames.datetime ?? layout.datetime),
    pagesOf(fieldOf.get(layout.instrument)!, layout.keyNames.instrument ?? layout.instrument),
    zoneOf(datetime),
    request.onProgress,
  );
  const copies = layout.repeats.map(({ of, field }) => {
    return { of, cells: sourceOf(fieldOf.get(field)!, field) };
  });
  refuseOtherLevels(keys, copies, label);
  const columnOf = ({ field: own, name, opaque }: LayoutColumn): ColumnSource => {
    const field = fieldOf.get(own)!;
    const isHeld = opaque === undefined && field.storage !== undefined;
    return isHeld ? sourceOf(field, name) : refusedType(label, name, opaque ?? field.typeName, keys.rowCount);
  };
  const columns = new Map(chosen.map((column) => [column.name, columnOf(column)]));
  const texts = chosen.filter(({ field, name }) => {
    return isReadAtOnce(fieldOf.get(field)!) && columns.get(name)!.type === "string";
  });
  return {
    label,
    keys: { ...keys, timezone: keys.timezone ?? ownTimezone(metadata.get(TIMEZONE_KEY)) },
    columns,
    groups: groupsOf(chosen),
    keyNames: layout.keyNames,
    notes: texts.map(({ name }) => {
      return `${label}: column "${name}" holds decimals that float64 cannot; they are read as text`;
    }),
  };
}

function rowsOf(file: ByteFile, groups: GroupedRows["groups"]): GroupedRows {
  const starts = [0];
  for (const { rows } of groups) starts.push(starts.at(-1)! + rows);
  return { file, groups, starts, budget: new ReadingBudget(file.size) };
}

/** What is wrong with one column is told to those who read it. */
function decimalsOf(pages: ColumnPages): ColumnSource {
  try {
    return readWideDecimals(pages);
  } catch (error) {
    return new RefusedColumn("float64", pages.rowCount, error);
  }
}
