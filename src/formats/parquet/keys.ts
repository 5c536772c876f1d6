import type { Progress, RowKeys } from "../../columns/table.js";
import { toNanoseconds } from "../../time.js";
import { timesOfTexts } from "../key-times.js";
import { shown } from "./cell-form.js";
import type { ColumnPages, PageDecoder } from "./column-pages.js";
import { faultless } from "./fault.js";
import { IntegerCodes } from "./integer-codes.js";
import { INT96 } from "./physical-type.js";
import { RowCodes } from "./row-codes.js";
import { TextCodes } from "./text-codes.js";

/** What a row of a key takes at most: its code. */
const CODE_BYTES = 4;

type OnProgress = ((progress: Progress) => void) | undefined;

/**
 * The keys of a table, of its two key columns, which are read whole: levels in the order of their first rows, and codes.
 * @param zone that of a datetime which is UTC in the file
 * @throws DataServiceError corrupt, unsupported, over-budget, changed
 */
export function parquetKeys(
  datetime: ColumnPages,
  instrument: ColumnPages,
  zone: string | undefined,
  onProgress: OnProgress,
): RowKeys {
  const times = timeLevel(datetime, zone);
  const names = nameLevel(instrument);
  const rowCount = datetime.rowCount;
  onProgress?.({ rows: rowCount, totalRows: rowCount });
  return {
    rowCount,
    datetimes: times.datetimes,
    instruments: names.level,
    readDatetimeCodes: (first, last) => times.codes.subarray(first, last),
    readInstrumentCodes: (first, last) => names.codes.subarray(first, last),
    timezone: times.timezone,
  };
}

interface Times {
  readonly datetimes: BigInt64Array;
  readonly codes: Int16Array | Int32Array;
  readonly timezone: string | undefined;
}

function timeLevel(pages: ColumnPages, zone: string | undefined): Times {
  const { storage, physical } = pages.field;
  const label = pages.rows.file.label;
  if (storage?.kind !== "time") {
    const { level, codes } = nameLevel(pages);
    return { codes, ...timesOfTexts(level, label, "datetime", (code) => codes.indexOf(code)) };
  }
  const { level, codes } = integerLevel(pages);
  const unitNs = physical === INT96 ? 1n : storage.unitNs;
  const rowOf = (code: number) => codes.indexOf(code);
  const ns = toNanoseconds(level, unitNs, { label, field: "datetime", rowOf });
  return { datetimes: shown(ns, zone, { label, field: "datetime" }), codes, timezone: zone };
}

interface Names {
  readonly level: readonly string[];
  readonly codes: Int16Array | Int32Array;
}

function nameLevel(pages: ColumnPages): Names {
  const { storage } = pages.field;
  if (storage?.kind === "null") return { level: [], codes: new Int16Array(pages.rowCount).fill(-1) };
  if (storage?.kind === "text") {
    const own = new TextCodes(codesOf(pages));
    decodeAll(pages, own);
    return { level: faultless(pages.rows.file, pages.name, () => own.names), codes: own.codes.values };
  }
  const isUnsigned = storage?.kind === "number" && storage.type === "uint64";
  const { level, codes } = integerLevel(pages);
  return { level: Array.from(level, (n) => String(isUnsigned ? BigInt.asUintN(64, n) : n)), codes };
}

function integerLevel(pages: ColumnPages): { level: BigInt64Array; codes: Int16Array | Int32Array } {
  const own = new IntegerCodes(pages.field, codesOf(pages), pages.rows.file.label);
  decodeAll(pages, own);
  return { level: own.level.values(), codes: own.codes.values };
}

function codesOf(pages: ColumnPages): RowCodes {
  pages.takeRoom(CODE_BYTES);
  return new RowCodes(pages.rowCount);
}

function decodeAll(pages: ColumnPages, decoder: PageDecoder): void {
  pages.decode(0, pages.rowCount, decoder);
}
