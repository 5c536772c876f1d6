import type { RowKeys } from "../../columns/table.js";
import { toNanoseconds } from "../../time.js";
import { timesOfTexts } from "../key-times.js";
import type { TextField } from "./field.js";
import type { RowStore } from "./row-store.js";
import { TextDictionary } from "./text-dictionary.js";
import { wallClock } from "./zone.js";

/** An index level as a field of a table's records. */
export interface KeyField {
  readonly name: string;
  readonly offset: number;
  readonly size: number;
  /** Set for times: nanoseconds of the stored unit. */
  readonly unitNs?: bigint;
  readonly timezone?: string | undefined;
  /** Set for text; other instruments are named by whole numbers. */
  readonly text?: TextField;
  /** Set where the numbers are positions of categories. */
  readonly categories?: readonly string[];
}

/** Numbers the keys of a table's records in one pass over them; 8 bytes a row are kept. */
export function scanKeys(store: RowStore, time: KeyField, instrument: KeyField, label: string): RowKeys {
  const { rowCount, rowBytes, slabRows } = store;
  const [times, names] = [new TextDictionary(time.size), new TextDictionary(instrument.size)];
  const [timeCodes, nameCodes] = [new Int32Array(rowCount), new Int32Array(rowCount)];
  if (rowCount > 0) {
    store.session((read) => {
      for (let first = 0; first < rowCount; first += slabRows) {
        const last = Math.min(first + slabRows, rowCount);
        const rows = read(first, last);
        number(times, rows, rowBytes, time.offset, timeCodes.subarray(first, last));
        number(names, rows, rowBytes, instrument.offset, nameCodes.subarray(first, last));
      }
    });
  }
  const rowOf = (code: number) => timeCodes.indexOf(code);
  const { datetimes, timezone } =
    time.unitNs === undefined
      ? timesOfTexts(textsOf(times, time), label, time.name, rowOf)
      : timesOf(times, time, label, rowOf);
  return {
    rowCount,
    datetimes,
    instruments: textsOf(names, instrument),
    readDatetimeCodes: (first, last) => timeCodes.subarray(first, last),
    readInstrumentCodes: (first, last) => nameCodes.subarray(first, last),
    timezone,
  };
}

function timesOf(times: TextDictionary, time: KeyField, label: string, rowOf: (code: number) => number) {
  const stored = BigInt64Array.from({ length: times.size }, (_, code) => int64(times.bytes(code)));
  const ns = toNanoseconds(stored, time.unitNs!, { label, field: time.name, rowOf });
  return wallClock(ns, time.timezone, label);
}

function textsOf(names: TextDictionary, field: KeyField): (string | null)[] {
  return Array.from({ length: names.size }, (_, code) => nameOf(names, code, field));
}

function number(
  dictionary: TextDictionary,
  rows: Uint8Array,
  rowBytes: number,
  offset: number,
  codes: Int32Array,
): void {
  for (let i = 0, at = offset; i < codes.length; i++, at += rowBytes) codes[i] = dictionary.codeOf(rows, at);
}

function nameOf(names: TextDictionary, code: number, field: KeyField): string | null {
  if (field.categories) return field.categories[Number(int64(names.bytes(code)))] ?? null;
  if (!field.text) return int64(names.bytes(code)).toString();
  const text = field.text.decode(names.textBytes(code), field.name);
  return text === field.text.missingText ? null : text;
}

/** A signed little-endian integer of 1 to 8 bytes. */
function int64(bytes: Uint8Array): bigint {
  let value = 0n;
  for (let b = bytes.length - 1; b >= 0; b--) value = (value << 8n) | BigInt(bytes[b]!);
  return BigInt.asIntN(bytes.length * 8, value);
}
