import type { TableRequest } from "../../columns/table.js";
import { NS_PER_DAY } from "../../time.js";
import type { Footer, RowGroup } from "./footer.js";
import { INT32, INT64 } from "./physical-type.js";
import type { ParquetField } from "./schema-fields.js";

/**
 * The row groups that can have rows of [startNs, endNs] by what the footer says of the datetimes of each; all of them where
 * it does not say, or the datetimes are no times but text.
 */
export function groupsInRange(
  { groups }: Footer,
  datetime: ParquetField,
  { startNs, endNs }: TableRequest,
): readonly RowGroup[] {
  const { storage, physical, leaf } = datetime;
  if (storage?.kind !== "time" || (startNs === undefined && endNs === undefined)) return groups;
  if (physical !== INT32 && physical !== INT64) return groups;
  // Clocks of a zone are at most a day from UTC.
  const slack = storage.isUtc ? NS_PER_DAY : 0n;
  const nsOf = (bytes: Uint8Array | undefined) => {
    const width = physical === INT32 ? 4 : 8;
    if (bytes?.length !== width) return undefined;
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    const value = physical === INT32 ? BigInt(view.getInt32(0, true)) : view.getBigInt64(0, true);
    return value * storage.unitNs;
  };
  return groups.filter(({ chunks }) => {
    const { statistics } = chunks[leaf]!;
    const [least, greatest] = [nsOf(statistics?.least), nsOf(statistics?.greatest)];
    const isBefore = startNs !== undefined && greatest !== undefined && greatest < startNs - slack;
    const isAfter = endNs !== undefined && least !== undefined && least > endNs + slack;
    return !isBefore && !isAfter;
  });
}
