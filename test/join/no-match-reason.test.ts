import { describe, expect, it } from "vitest";
import { panelFromColumns } from "../../src/index.js";
import { noMatchReason } from "../../src/join/no-match-reason.js";

function index(datetimes: readonly string[], instruments: readonly string[]) {
  return panelFromColumns({
    datetime: datetimes.flatMap((datetime) => instruments.map(() => datetime)),
    instrument: datetimes.flatMap(() => instruments),
    columns: {},
  }).index;
}

const DAYS = ["2020-01-02", "2020-01-03", "2020-01-06", "2020-01-07"];
const CODES = ["000001.SZ", "600000.SH"];
const market = index(DAYS, CODES);
const at = (time: string, days = DAYS) =>
  index(
    days.map((day) => `${day} ${time}`),
    CODES,
  );

describe("why no row meets one", () => {
  it.each([
    ["an empty table", index([], []), "it has no rows"],
    [
      "the close of the day",
      at("15:00"),
      "its sessions lie 15 h after those there (2020-01-02 15:00:00, 2020-01-02)",
    ],
    [
      "half past nine",
      at("09:30"),
      "its sessions lie 570 min after those there (2020-01-02 09:30:00, 2020-01-02)",
    ],
    [
      "midnight as UTC shows it",
      at("16:00", ["2020-01-01", "2020-01-02", "2020-01-05", "2020-01-06"]),
      "its sessions lie 8 h before those there (2020-01-01 16:00:00, 2020-01-02)",
    ],
    [
      "another year",
      index(["2019-12-30", "2019-12-31"], CODES),
      "its sessions (2019-12-30 .. 2019-12-31) all lie before those there (2020-01-02 .. 2020-01-07)",
    ],
    [
      "a later year, at another time",
      at("15:00", ["2021-01-04"]),
      "its sessions (2021-01-04 15:00:00 .. 2021-01-04 15:00:00) all lie after those there (2020-01-02 .. 2020-01-07)",
    ],
    [
      "days between",
      index(["2020-01-04", "2020-01-05"], CODES),
      "none of its sessions is among those there (2020-01-04 .. 2020-01-05; there 2020-01-02 .. 2020-01-07)",
    ],
    [
      "minutes",
      index(["2020-01-02 09:31", "2020-01-02 09:32"], CODES),
      "none of its sessions is among those there (2020-01-02 09:31:00 .. 2020-01-02 09:32:00; there 2020-01-02 .. 2020-01-07)",
    ],
    [
      "codes without an exchange",
      index(DAYS, ["000001", "600000"]),
      'its codes have no exchange ("000001", there "000001.SZ")',
    ],
    ["codes that became numbers", index(DAYS, ["1"]), 'its codes have no exchange ("1", there "000001.SZ")'],
    [
      "another vendor's codes",
      index(DAYS, ["000001.XSHE"]),
      'its codes are spelled differently ("000001.XSHE", there "000001.SZ")',
    ],
    [
      "other instruments",
      index(DAYS, ["AAPL", "IBM", "MSFT", "XOM"]),
      'none of its instruments is there: "AAPL", "IBM", "MSFT" and 1 more',
    ],
  ])("%s", (_, left, reason) => {
    expect(noMatchReason(left, market)).toBe(reason);
  });

  it("an empty table on the other side", () => {
    expect(noMatchReason(market, index([], []))).toBe("there are no rows there");
  });

  it("rows of the same instruments and sessions, never together", () => {
    const one = panelFromColumns({ datetime: DAYS.slice(0, 2), instrument: CODES, columns: {} });
    const other = panelFromColumns({
      datetime: DAYS.slice(0, 2),
      instrument: CODES.toReversed(),
      columns: {},
    });
    expect(noMatchReason(one.index, other.index)).toBe(
      "its instruments have no row in the sessions that both have",
    );
  });
});
