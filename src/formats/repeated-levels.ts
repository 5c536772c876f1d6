import type { ColumnSource, RowKeys } from "../columns/table.js";
import { DataServiceError, pathOf } from "../errors.js";
import type { KeyName } from "../names/key-columns.js";

/** A level of an index that has the name of a key, and what it holds. */
export interface LevelCopy {
  readonly of: KeyName;
  readonly cells: ColumnSource;
}

const SLAB_ROWS = 1 << 16;

/**
 * Refuses levels that do not repeat the key whose name they have: `groupby().rolling()` and `groupby().apply()` put the
 * group before an index that has it already, and then both are the same.
 * @throws DataServiceError flat-index
 */
export function refuseOtherLevels(keys: RowKeys, copies: readonly LevelCopy[], label: string): void {
  for (const { of, cells } of copies) {
    for (let first = 0; first < keys.rowCount; first += SLAB_ROWS) {
      const last = Math.min(first + SLAB_ROWS, keys.rowCount);
      const own =
        of === "datetime" ? keys.readDatetimeCodes(first, last) : keys.readInstrumentCodes(first, last);
      const level: ArrayLike<unknown> = of === "datetime" ? keys.datetimes : keys.instruments;
      const { values } = cells.read(first, last);
      for (let i = 0; i < last - first; i++) {
        const key = level[own[i]!] ?? null;
        const copy = values[i] ?? null;
        if (key === copy || String(key) === String(copy)) continue;
        throw new DataServiceError(
          "flat-index",
          `${label}: its index has two levels "${of}" that differ, first in row ${first + i}: "${String(key)}" and "${String(copy)}"; drop the one that is not meant, in pandas df.droplevel(0) or df.droplevel(-1)`,
          { ...pathOf(label), field: of, position: first + i },
        );
      }
    }
  }
}
