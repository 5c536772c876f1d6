import { DataServiceError, pathOf } from "../errors.js";
import { NAT_NS, parseTimeText } from "../time.js";

/** The datetime level of texts, and the zone whose clocks it shows. */
export interface TimeLevel {
  readonly datetimes: BigInt64Array;
  readonly timezone: string | undefined;
}

const NS_PER_MINUTE = 60_000_000_000n;

/**
 * Times as text or as digits (`20200102`, `20200102093100`), each distinct one once; null is a missing time. Of texts with
 * one offset the clocks are kept and it is their zone; of several offsets the times become UTC, as pandas'
 * `to_datetime(utc=True)` has them.
 * @param rowOf the row of the i-th, for errors
 * @throws DataServiceError corrupt (not a time; an offset on some alone)
 */
export function timesOfTexts(
  texts: readonly (string | null)[],
  label: string,
  field: string,
  rowOf: (i: number) => number = (i) => i,
): TimeLevel {
  const datetimes = new BigInt64Array(texts.length).fill(NAT_NS);
  const offsets = new Array<number | undefined>(texts.length);
  let [first, aware, naive] = [undefined as number | undefined, -1, -1];
  let isOne = true;
  for (const [i, text] of texts.entries()) {
    if (text === null) continue;
    const time = parseTimeText(text);
    if (!time) throw noTime(text, label, field, rowOf(i));
    datetimes[i] = time.ns;
    offsets[i] = time.offsetMinutes;
    if (time.offsetMinutes === undefined) naive = i;
    else {
      aware = i;
      first ??= time.offsetMinutes;
      if (time.offsetMinutes !== first) isOne = false;
    }
  }
  if (aware < 0) return { datetimes, timezone: undefined };
  if (naive >= 0) {
    throw new DataServiceError(
      "corrupt",
      `${label}: the ${field} of row ${rowOf(aware)} is "${texts[aware]}", with an offset, and that of row ${rowOf(naive)} "${texts[naive]}", without; write all with one, or none`,
      { ...pathOf(label), field },
    );
  }
  if (isOne) return { datetimes, timezone: zoneOf(first!) };
  const utc = datetimes.map((ns, i) => (ns === NAT_NS ? ns : ns - BigInt(offsets[i]!) * NS_PER_MINUTE));
  return { datetimes: utc, timezone: "UTC" };
}

/** `UTC`, or an offset such as `+08:00`. */
function zoneOf(minutes: number): string {
  if (minutes === 0) return "UTC";
  const digits = (n: number) => String(Math.floor(n)).padStart(2, "0");
  return `${minutes < 0 ? "-" : "+"}${digits(Math.abs(minutes) / 60)}:${digits(Math.abs(minutes) % 60)}`;
}

function noTime(text: string, label: string, field: string, row: number): DataServiceError {
  const digits = /^\d+$/.test(text) ? ", nor digits such as 20200102" : "";
  return new DataServiceError(
    "corrupt",
    `${label}: row ${row} has ${JSON.stringify(text)} as its ${field}, which is not a date or time${digits}; if another column holds the times, name it with keys: { datetime: "…" }`,
    { ...pathOf(label), field, position: row },
  );
}
