import { NS_PER_DAY, type TimesOf, toNanoseconds } from "../../time.js";

/** The Julian day on which 1970 begins. */
const DAY_OF_1970 = 2_440_588n;
const [LEAST, MOST] = [-(2n ** 63n), 2n ** 63n - 1n];

/**
 * INT96 times of Impala and Spark as nanoseconds since 1970: 64 bits of nanoseconds of a day, and 32 of the Julian day.
 * @throws DataServiceError unsupported where one is beyond what 64-bit nanoseconds hold
 */
export function int96Times(stored: Uint8Array, of: TimesOf): BigInt64Array {
  const view = new DataView(stored.buffer, stored.byteOffset, stored.length);
  const times = new BigInt64Array(stored.length / 12);
  for (let i = 0; i < times.length; i++) {
    const day = BigInt(view.getInt32(12 * i + 8, true)) - DAY_OF_1970;
    const ns = view.getBigInt64(12 * i, true) + day * NS_PER_DAY;
    // What is beyond is told of its day, which is near enough.
    if (ns < LEAST || ns > MOST)
      toNanoseconds(BigInt64Array.of(day), NS_PER_DAY, { ...of, rowOf: () => of.rowOf?.(i) ?? i });
    times[i] = ns;
  }
  return times;
}
