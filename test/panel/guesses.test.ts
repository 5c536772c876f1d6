import { describe, expect, it } from "vitest";
import { openPanel, openSnapshot, panelFromColumns } from "#src/index.js";

const FILE = "data-fixtures/snapshot/daily_pv.h5";
const market = await openPanel(FILE);
const LABEL = "Ref($close, -1)/$close";

describe("natural guesses", () => {
  it("columns: one name is refused by the option's own", async () => {
    await expect(openPanel(FILE, { columns: "close" as unknown as string[] })).rejects.toThrow(
      'columns: "close" is not a list of names; give one such as ["close"]',
    );
  });

  it("panelFromColumns of columns beside the keys says where they go", () => {
    const flat = { datetime: ["2020-01-02"], instrument: ["000001.SZ"], close: [1], open: [2] };
    expect(() => panelFromColumns(flat as never)).toThrow(
      "panelFromColumns: there are no columns; give them as columns: { close, open }",
    );
  });

  it("JSON.stringify gives rows", () => {
    const panel = panelFromColumns({
      datetime: ["2020-01-02", "2020-01-02 09:31"],
      instrument: ["000001.SZ", "000001.SZ"],
      columns: {
        close: [1.5, Number.NaN],
        shares: new BigInt64Array([7n, 2n ** 60n]),
        industry: ["bank", null as unknown as string],
      },
    });
    expect(JSON.parse(JSON.stringify(panel))).toEqual([
      { datetime: "2020-01-02", instrument: "000001.SZ", close: 1.5, shares: 7, industry: "bank" },
      {
        datetime: "2020-01-02 09:31:00",
        instrument: "000001.SZ",
        close: null,
        shares: "1152921504606846976",
        industry: null,
      },
    ]);
  });
});

describe("a label", () => {
  it("is found whatever its blanks", async () => {
    const labels = ["Ref($close,-1) / $close"];
    expect(market.evaluate({ [LABEL]: LABEL }, { labels }).notes).toEqual([]);
    const snapshot = await openSnapshot("data-fixtures/snapshot");
    const window = await snapshot.getHistoryWindow(null, { bars: 1, fields: ["close", LABEL], labels });
    expect(window.notes).toEqual([]);
    const plain = await snapshot.getHistoryWindow(null, { bars: 1, fields: ["close"], labels: ["close"] });
    expect(plain.notes).toEqual([]);
  });

  it("that names nothing is refused", async () => {
    const said = 'labels: "lable" names none of the expressions; did you mean "label"?';
    expect(() => market.evaluate({ label: LABEL }, { labels: ["lable"] })).toThrow(said);
    const snapshot = await openSnapshot("data-fixtures/snapshot");
    await expect(
      snapshot.getHistoryWindow(null, { bars: 1, fields: ["close"], labels: ["zzzzzzz"] }),
    ).rejects.toThrow('labels: "zzzzzzz" names none of the expressions; there are "close"');
  });
});
