import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import { describe, expect, it } from "vitest";
import { openPanel, panelFromTransfer } from "#src/index.js";
import { modules } from "../../scripts/build.mjs";
import { requireBuild } from "../built-package.js";
import { mixedPanel } from "../interop/mixed-panel.js";

describe("a Panel that is sent to another thread", () => {
  it("is the same panel there, whatever its columns hold", () => {
    const panel = mixedPanel().shift(-1);
    const arrived = panelFromTransfer(structuredClone(panel.toTransfer()));
    expect(arrived.toRows()).toEqual(panel.toRows());
    expect(arrived.columnNames.map((name) => arrived.column(name).type)).toEqual(
      panel.columnNames.map((name) => panel.column(name).type),
    );
    expect(arrived.notes).toEqual(panel.notes);
    expect(arrived.window({ bars: 1 }).toRows()).toEqual(panel.window({ bars: 1 }).toRows());
  });

  it("shares its cells with it", () => {
    const sent = mixedPanel().toTransfer();
    const first = panelFromTransfer(sent);
    const again = first.toTransfer();
    expect(again.codes).toBe(sent.codes);
    for (const [i, { values }] of again.columns.entries()) expect(values).toBe(sent.columns[i]!.values);
  });

  it("answers in a worker", async () => {
    requireBuild();
    const panel = await openPanel("data-fixtures/snapshot/daily_pv.h5");
    const window = panel.window({ start: "2020-01-01" });
    const program = `
      import { parentPort, workerData } from "node:worker_threads";
      import { panelFromTransfer } from ${JSON.stringify(pathToFileURL(join(modules, "index.js")).href)};
      const panel = panelFromTransfer(workerData);
      parentPort.postMessage([panel.rowCount, panel.series("600000.SH").column("close").at(3)]);`;
    const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(program)}`), {
      workerData: window.toTransfer(),
    });
    const answer = await new Promise((resolve, reject) =>
      worker.once("message", resolve).once("error", reject),
    );
    expect(answer).toEqual([window.rowCount, window.series("600000.SH").column("close").at(3)]);
  });

  it("is refused with a sentence where it was sent as it is", () => {
    const arrived = structuredClone({ ...mixedPanel() }, {}) as never;
    expect(() => panelFromTransfer(arrived)).toThrow("postMessage(panel.toTransfer())");
  });
});
