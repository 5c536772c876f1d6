import { describe, expect, test } from "vitest";
import { formatTime, panelFromColumns } from "#src/index.js";
import { formatNs, NAT_NS, NS_PER_SECOND, parseTimeNs, toNanoseconds, utcToWallClock } from "#src/time.js";

test.each(["0000-01-01", "0050-02-28", "0099-12-31 23:59:59.5", "0100-01-01", "1969-12-31", "9999-12-31"])(
  "the year %s is that year, not one of 1900 to 1999",
  (text) => {
    expect(formatNs(parseTimeNs(text, "time"))).toBe(text.replace(/\.5$/, ".500"));
  },
);

test.each(["2021-02-29", "2021-13-01", "2021-00-10", "2021-04-31", "0099-02-29"])("%s is no day", (text) => {
  expect(() => parseTimeNs(text, "time")).toThrow(`time: "${text}" is not a time`);
});

test("formatTime prints a session as the library does", () => {
  const datetime = ["2020-03-02", "2020-03-02 09:31", "2020-03-02 09:31:00.5"];
  const { index } = panelFromColumns({ datetime, instrument: ["a", "a", "a"], columns: {} });
  expect(Array.from(index.datetimes, formatTime)).toEqual([
    "2020-03-02",
    "2020-03-02 09:31:00",
    "2020-03-02 09:31:00.500",
  ]);
});

describe("toNanoseconds", () => {
  const of = { label: "file", field: "when", rowOf: (i: number) => 10 * i };
  const SPAN = "(1677-09-21 00:12:43.145224193 to 2262-04-11 23:47:16.854775807)";

  test("shares nanoseconds, and keeps NaT of any unit", () => {
    const times = BigInt64Array.of(1n, NAT_NS);
    expect(toNanoseconds(times, 1n, of)).toBe(times);
    expect(toNanoseconds(times, 1000n, of)).toEqual(BigInt64Array.of(1000n, NAT_NS));
    expect(times).toEqual(BigInt64Array.of(1n, NAT_NS));
  });

  test.each([1000n, 1_000_000n, NS_PER_SECOND, 86_400n * NS_PER_SECOND])(
    "takes all that fits, and nothing else: %s ns",
    (unit) => {
      const most = (2n ** 63n - 1n) / unit;
      const inside = BigInt64Array.of(most, 0n, -most, most - 1n, -1n);
      expect(toNanoseconds(inside, unit, of)).toEqual(inside.map((time) => time * unit));
      for (const beyond of [most + 1n, -most - 1n, 2n ** 63n - 1n, NAT_NS + 1n]) {
        const times = BigInt64Array.of(0n, NAT_NS, beyond, 0n);
        expect(() => toNanoseconds(times, unit, of)).toThrow(
          `file: row 20 of "when" is ${formatNs(beyond * unit)}, beyond what 64-bit nanoseconds hold ${SPAN}; leave out that row or that column, or write NaT in its place`,
        );
      }
    },
  );
});

test("clocks of a zone change at the instant they did before 1970 as well", () => {
  const minutes = (text: string) => {
    const start = parseTimeNs(text, "time");
    return BigInt64Array.from([-1n, 0n, 1n], (minute) => start + minute * 60n * NS_PER_SECOND);
  };
  const shown = utcToWallClock(minutes("1967-04-30 07:00"), "America/New_York")!;
  expect(Array.from(shown, formatNs)).toEqual([
    "1967-04-30 01:59:00", // pandas: tz_convert("America/New_York")
    "1967-04-30 03:00:00",
    "1967-04-30 03:01:00",
  ]);
});
