import { readFileSync } from "node:fs";
import { join } from "node:path";
import { tableFromIPC, tableToIPC } from "apache-arrow";
import { expect, it } from "vitest";
import { openPanel, panelFromArrow } from "#src/index.js";
import { scratchFolder } from "../../scratch-folder.js";

const folder = scratchFolder();
const market = await openPanel("data-fixtures/snapshot/daily_pv.h5");

it("a panel's bytes are what apache-arrow makes of its table, in both forms", () => {
  expect(Buffer.compare(market.toArrowIPC(), tableToIPC(market.toArrow(), "stream"))).toBe(0);
  for (const form of ["stream", "file"] as const) {
    const back = panelFromArrow(tableFromIPC(market.toArrowIPC(form)));
    expect(back.toRows()).toEqual(market.toRows());
  }
});

it("the parts are those bytes, and those of the file that is written", async () => {
  const parts: Uint8Array[] = [];
  for await (const part of market.arrowChunks("file")) parts.push(part.slice());
  expect(parts.length).toBeGreaterThan(3);
  const path = join(folder, "market.arrow");
  await market.write(path);
  const file = readFileSync(path);
  expect(Buffer.concat(parts).equals(file)).toBe(true);
  expect(Buffer.compare(market.toArrowIPC("file"), file)).toBe(0);
});
