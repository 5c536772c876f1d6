import {
  closeSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { DataServiceError } from "#src/errors.js";
import { openPanel } from "#src/index.js";
import { panelFromColumns } from "#src/open/panel-from-columns.js";

let folder: string;
let cache: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sums-"));
  cache = join(folder, "cache");
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function flipBit(path: string, at: number, bit: number): void {
  const fd = openSync(path, "r+");
  const byte = new Uint8Array(1);
  readSync(fd, byte, 0, 1, at);
  byte[0]! ^= 1 << bit;
  writeSync(fd, byte, 0, 1, at);
  closeSync(fd);
}

it("a bit that a disk flipped anywhere in an entry is never served", async () => {
  const source = join(folder, "large.h5");
  const [sessions, names] = [300, Array.from({ length: 200 }, (_, i) => `S${1000 + i}`)];
  const days = Array.from({ length: sessions }, (_, i) =>
    new Date(Date.UTC(2020, 0, 1 + i)).toISOString().slice(0, 10),
  );
  const panel = panelFromColumns({
    datetime: days.flatMap((day) => names.map(() => day)),
    instrument: days.flatMap(() => names),
    columns: {
      x: Float64Array.from({ length: sessions * names.length }, (_, i) => i / 7),
      y: Float64Array.from({ length: sessions * names.length }, (_, i) => i),
    },
  });
  await panel.write(source);
  const cells = (of: typeof panel) =>
    Buffer.from((of.column("x").values as Float64Array).buffer).toString("hex") +
    String(of.column("y").values);
  const whole = cells((await openPanel(source, { cache })).load());
  let refused = 0;
  for (let k = 0; k < 24; k++) {
    const entry = join(cache, readdirSync(cache)[0]!, "panel.arrow");
    flipBit(entry, Math.floor((statSync(entry).size * (k + 0.5)) / 24), k % 8);
    try {
      expect(cells((await openPanel(source, { cache })).load()) === whole).toBe(true);
    } catch (error) {
      expect(error).toBeInstanceOf(DataServiceError);
      expect((error as DataServiceError).message).toContain("copy in the cache is damaged");
      refused++;
    }
    expect(cells((await openPanel(source, { cache })).load()) === whole, "the next open makes another").toBe(
      true,
    );
  }
  expect(refused).toBeGreaterThan(0);
});
