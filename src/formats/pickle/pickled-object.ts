import { NAT_NS, NS_PER_DAY, parseTimeNs } from "../../time.js";

/** A point in time without a zone, as a Python object; NaT where it is missing. */
export class PickledTime {
  constructor(readonly ns: bigint) {}
}

/** A number of Python's decimal module, as it writes it. */
export class PickledDecimal {
  constructor(readonly text: string) {}
}

/**
 * What a call that a pickle would make gives, of the few calls that make times and decimals; undefined for any other, and
 * for times with a zone. Source: the `__reduce__` of datetime.date and datetime.datetime, of pandas' Timestamp and NaT, of
 * decimal.Decimal.
 */
export function pickledObject(
  callee: string,
  args: readonly unknown[],
): PickledTime | PickledDecimal | undefined {
  const [first] = args;
  switch (callee) {
    case "datetime.date":
      return first instanceof Uint8Array && first.length === 4 ? dateOf(first) : undefined;
    case "datetime.datetime":
      return first instanceof Uint8Array && first.length === 10 && args.length === 1
        ? timeOf(first)
        : undefined;
    case "decimal.Decimal":
      return typeof first === "string" ? new PickledDecimal(first) : undefined;
    case "pandas._libs.tslibs.nattype._nat_unpickle":
      return new PickledTime(NAT_NS);
    case "pandas._libs.tslibs.timestamps._unpickle_timestamp":
    case "pandas._libs.tslibs.timestamps.Timestamp":
      return timestampOf(args);
    default:
      return undefined;
  }
}

/** (value, freq, tz) in nanoseconds, and from pandas 2 on the code of the value's unit. */
function timestampOf([value, , timezone, unit = 10]: readonly unknown[]): PickledTime | undefined {
  const scale = UNITS.get(unit);
  if (timezone !== null || scale === undefined) return undefined;
  if (typeof value === "bigint") return new PickledTime(value * scale);
  return typeof value === "number" && Number.isInteger(value)
    ? new PickledTime(BigInt(value) * scale)
    : undefined;
}

/** numpy's NPY_FR codes of seconds to nanoseconds. */
const UNITS = new Map<unknown, bigint>([
  [7, 1_000_000_000n],
  [8, 1_000_000n],
  [9, 1_000n],
  [10, 1n],
]);

function dateOf(bytes: Uint8Array): PickledTime | undefined {
  const [high, low, month, day] = bytes as unknown as [number, number, number, number];
  const pad = (n: number, width: number) => String(n).padStart(width, "0");
  try {
    return new PickledTime(parseTimeNs(`${pad(256 * high + low, 4)}-${pad(month, 2)}-${pad(day, 2)}`, ""));
  } catch {
    return undefined;
  }
}

function timeOf(bytes: Uint8Array): PickledTime | undefined {
  const date = dateOf(bytes);
  if (!date) return undefined;
  const [hour, minute, second, a, b, c] = bytes.subarray(4) as unknown as number[];
  const micros = ((hour! * 60 + minute!) * 60 + second!) * 1_000_000 + ((a! << 16) | (b! << 8) | c!);
  return micros * 1000 < Number(NS_PER_DAY) ? new PickledTime(date.ns + BigInt(micros) * 1000n) : undefined;
}
