import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { openPanel } from "#src/index.js";
import { ledgerOf } from "#src/join/ledger.js";
import { openSnapshot } from "#src/snapshot/open-snapshot.js";

it("one training matrix of prices, valuation, money flow, Alpha158 and an evolved factor", async () => {
  const out = mkdtempSync(join(tmpdir(), "matrix-"));
  try {
    const snapshot = await openSnapshot("data-fixtures/snapshot");
    snapshot.add("evolved", "data-fixtures/snapshot/result_mom.h5"); // last night's experiment

    const matrix = await snapshot.getHistoryWindow("csi8", {
      start: "2019-03-01",
      end: "2019-12-31",
      fields: [
        "close",
        "$volume",
        "daily_basic.db_pe_ttm", // valuation; static_factors has it too, so it is named with its panel
        "moneyflow.mf_net_amt",
        "RESI5", // Alpha158
        "evolved.mom_10d",
        "Std($close/Ref($close, 1) - 1, 20)", // computed here, with the bars before the window as warm-up
        "Ref($close, -2)/Ref($close, -1) - 1", // the label
      ],
      nanPolicy: "ffill",
      memoryBudget: 512 * 2 ** 20,
    });
    const ledger = ledgerOf(matrix);
    await matrix.write(join(out, "matrix.parquet"));

    expect(matrix.rowCount).toBe(725);
    const counts = ledger!.matches.map(({ matched, leftOnly }) => [matched, leftOnly]);
    expect(counts).toEqual([
      [693, 32],
      [725, 0],
      [725, 0],
      [725, 0],
    ]);
    expect(String(ledger)).toContain("left join: 725 rows, 8 columns");
    const back = await openPanel(join(out, "matrix.parquet"));
    expect(back.columnNames).toEqual(matrix.columnNames);
    expect(back.column("RESI5").values).toEqual(matrix.column("RESI5").values);
    // The label is what it is in the whole market, where the data end before the sessions it needs: none.
    const LABEL = "Ref($close, -2)/Ref($close, -1) - 1";
    const market = await openPanel("data-fixtures/snapshot/daily_pv.h5");
    const known = market.evaluate({ [LABEL]: LABEL }, { labels: [LABEL] });
    const beside = matrix.select([]).join(known);
    expect(matrix.column(LABEL).values).toEqual(beside.column(LABEL).values);
  } finally {
    rmSync(out, { recursive: true });
  }
});
