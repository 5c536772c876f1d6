import { describe, expect, it } from "vitest";
import { Panel, panelFromColumns } from "#src/index.js";
import { PanelIndex } from "#src/keys/panel-index.js";

const [SESSIONS, INSTRUMENTS] = [2_000, 600];

/** 1.2 million rows of 600 instruments, and before them a session of an instrument that has no other row. */
function large(): Panel {
  const rows = SESSIONS * INSTRUMENTS;
  const day = (s: number) => BigInt(s) * 86_400_000_000_000n;
  return panelFromColumns({
    datetime: BigInt64Array.from({ length: 1 + rows }, (_, row) => day(Math.ceil(row / INSTRUMENTS))),
    instrument: Array.from({ length: 1 + rows }, (_, row) =>
      row === 0 ? "A" : `S${1000 + ((row - 1) % INSTRUMENTS)}`,
    ),
    columns: {},
  });
}

/** The same rows, their codes not in memory. */
function inFile({ index }: Panel): Panel {
  const { datetimes, instruments, offsets, codes, allUsed } = index;
  const read = (first: number, last: number) => codes.slice(first, last);
  return new Panel(new PanelIndex({ datetimes, instruments, offsets, codes: { read }, allUsed }), new Map());
}

describe("a panel of more than a million rows prints", () => {
  const panel = large();
  const part = { start: "1970-01-02" };

  it("how many instruments it has, and its windows how many they have", () => {
    expect(panel.toString()).toContain("Panel: 1,200,001 rows, 0 columns, 2,001 sessions, 601 instruments\n");
    expect(panel.window(part).toString()).toContain("2,000 sessions, 600 instruments\n");
  });

  it("how many a window has at most, where its codes would have to be read", () => {
    const file = inFile(panel);
    expect(file.toString()).toContain(", 601 instruments\n");
    expect(file.window({}).toString()).toContain(", 601 instruments\n");
    expect(file.window(part).toString()).toContain(", up to 601 instruments\n");
  });
});
