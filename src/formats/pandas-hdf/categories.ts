import { DataServiceError } from "../../errors.js";
import type { H5Structure } from "./h5-structure.js";
import { H5T } from "./h5-types.js";
import { openRowStore } from "./row-store.js";
import { textDecoder, withoutPadding } from "./text-encoding.js";

/**
 * The categories of a field of a table, whose records hold their positions; -1 is missing. pandas keeps them as a series
 * of the table format of its own. Source: `write_metadata` in pandas/io/pytables.py.
 * @throws DataServiceError unsupported (categories that are neither text nor whole numbers)
 */
export function categoriesOf(h5file: H5Structure, key: string, field: string): string[] {
  const group = `${key}/meta/${field}/meta`;
  const path = `${group}/table`;
  const dataset = h5file.dataset(path);
  const member = dataset.compound_type?.members.find(({ name }) => name !== "index");
  const cell = member?.type === H5T.array ? member.array_type : member;
  if (!member || !cell) throw h5file.corrupt(`${path} should hold the categories of ${field}`);
  const isNumber = cell.type === H5T.integer && cell.size === 8;
  if (cell.type !== H5T.string && !isNumber) {
    throw new DataServiceError(
      "unsupported",
      `${h5file.file.label}: the categories of "${field}" are neither text nor whole numbers; in pandas, .astype(str) before writing it`,
      { path: h5file.file.label, field },
    );
  }
  const decode = textDecoder(h5file, group);
  const store = openRowStore(h5file, dataset);
  const categories: string[] = [];
  store.session((read) => {
    for (let first = 0; first < store.rowCount; first += store.slabRows) {
      const rows = read(first, Math.min(first + store.slabRows, store.rowCount));
      for (let at = member.offset; at < rows.length; at += store.rowBytes) {
        const bytes = rows.subarray(at, at + cell.size);
        categories.push(isNumber ? String(int64Of(bytes)) : decode(withoutPadding(bytes), field));
      }
    }
  });
  return categories;
}

/** Whether a field of a table holds categories. */
export function isCategory(h5file: H5Structure, path: string, field: string): boolean {
  return h5file.text(path, `${field}_meta`) === "category";
}

function int64Of(bytes: Uint8Array): bigint {
  return new DataView(bytes.buffer, bytes.byteOffset, 8).getBigInt64(0, true);
}
