import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, it } from "vitest";
import { panelFromColumns } from "#src/index.js";
import { requireBuild, root } from "../../built-package.js";
import { scratchFolder } from "../../scratch-folder.js";

requireBuild();

const folder = scratchFolder();
const MEGA = 1 << 20;
const library = pathToFileURL(join(root, "dist", "index.js")).href;

it("panels that nobody holds any more do not fill the memory, though their columns are shared", async () => {
  const [sessions, width] = [500, 2000];
  const rows = sessions * width;
  const path = join(folder, "market.h5");
  const names = Array.from({ length: width }, (_, k) => `S${10_000 + k}`);
  const cells = () => Float32Array.from({ length: rows }, (_, row) => row);
  await panelFromColumns({
    datetime: BigInt64Array.from(
      { length: rows },
      (_, row) => BigInt(Math.floor(row / width)) * 86_400_000_000_000n,
    ),
    instrument: Array.from({ length: rows }, (_, row) => names[row % width]!),
    columns: { $open: cells(), $close: cells(), $volume: cells() },
  }).write(path);
  // 45 panels of 12 MB: 540 MB in all, were they kept.
  const code = `
    const { openPanel } = await import(${JSON.stringify(library)});
    let [most, shared] = [0, 0];
    for (let i = 0; i < 45; i++) {
      const panel = await openPanel(${JSON.stringify(path)}, { cache: false, load: true });
      if (panel.column("$close").values.buffer instanceof SharedArrayBuffer) shared++;
      most = Math.max(most, process.memoryUsage.rss());
    }
    console.log(JSON.stringify({ most, shared }));`;
  const printed = execFileSync(process.execPath, ["--input-type=module", "-e", code], { encoding: "utf8" });
  const { most, shared } = JSON.parse(printed) as { most: number; shared: number };
  expect(shared).toBe(45);
  expect(most).toBeLessThan(500 * MEGA);
}, 60_000);
