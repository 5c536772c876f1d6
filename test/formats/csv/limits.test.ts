import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { openPanel } from "#src/open/open-panel.js";
import { scratchFolder } from "../../scratch-folder.js";

const folder = scratchFolder();

test("an archive that unfolds out of all proportion to its size is refused before it does", async () => {
  const path = join(folder, "bomb.csv.gz");
  // A gzip file may have several members: each of these is 16 MB of zeros in 16 KB.
  const member = gzipSync(Buffer.alloc(1 << 24));
  writeFileSync(path, Buffer.concat(Array.from({ length: 100 }, () => member)));
  const before = process.memoryUsage().rss;
  await expect(openPanel(path)).rejects.toThrow(expect.objectContaining({ code: "over-budget" }));
  expect(process.memoryUsage().rss - before).toBeLessThan(1.5 * 2 ** 30);
});

test("a line of separators alone is no header", async () => {
  const path = join(folder, "commas.csv");
  writeFileSync(path, `${",".repeat(1 << 20)}\n`);
  await expect(openPanel(path)).rejects.toThrow(
    `${path}: its first line has 1048577 cells, and a table at most 131072 columns`,
  );
});
