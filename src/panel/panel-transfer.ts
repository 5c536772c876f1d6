import type { ColumnType, ColumnValues, NumericArray } from "../columns/table.js";
import { copyToSharedMemory } from "../shared-memory.js";
import type { Panel } from "./panel.js";

/** A Panel as `postMessage` takes it: its cells in memory that threads share, text copied. @see Panel.toTransfer */
export interface PanelTransfer {
  readonly kind: "aistock.data-service.panel";
  readonly datetimes: BigInt64Array;
  readonly instruments: readonly string[];
  readonly offsets: Uint32Array;
  readonly codes: Int32Array;
  readonly timezone: string | undefined;
  readonly columns: readonly TransferredColumn[];
  readonly source: string | undefined;
  readonly groups: ReadonlyMap<string, string> | undefined;
  readonly notes: readonly {
    readonly fields: readonly string[];
    readonly text: string;
    readonly ahead: boolean;
  }[];
}

/** A column on its way to another thread. */
export interface TransferredColumn {
  readonly name: string;
  readonly type: ColumnType;
  readonly values: ColumnValues;
  readonly mask: Uint8Array | undefined;
}

export const TRANSFER_KIND = "aistock.data-service.panel";

/** @see Panel.toTransfer */
export function panelToTransfer(panel: Panel): PanelTransfer {
  const { index, columns, info } = panel; // not in the parameter: declarations would name what they leave out
  const offsets = index.offsets.map((offset) => offset - index.offsets[0]!);
  return {
    kind: TRANSFER_KIND,
    datetimes: copyToSharedMemory(index.datetimes),
    instruments: index.instruments,
    offsets: copyToSharedMemory(offsets),
    codes: copyToSharedMemory(index.codes),
    timezone: index.timezone,
    columns: Array.from(columns, ([name, { type, values, mask }]) => ({
      ...{ name, type },
      values: Array.isArray(values) ? values : copyToSharedMemory<NumericArray>(values),
      mask: mask && copyToSharedMemory(mask),
    })),
    source: info.source,
    groups: info.groups,
    notes: (info.notes ?? []).map(({ fields, tell, ahead = false }) => ({
      fields,
      text: tell(fields),
      ahead,
    })),
  };
}
