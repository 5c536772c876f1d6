import { expect, test } from "vitest";
import { formatNs, NS_PER_SECOND, parseTimeNs, utcToWallClock } from "../src/time.js";

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
