import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { join } from "node:path";
import { expect, it } from "vitest";
import { READ_CHANNEL, type ReadEvent } from "#src/files/byte-file.js";
import { openPanel, panelFromColumns } from "#src/index.js";
import { scratchFolder } from "../scratch-folder.js";

const folder = scratchFolder();

it("the last bars of an instrument that left long ago are looked for once in each session", async () => {
  const path = join(folder, "daily_pv.h5");
  const [sessions, left] = [2000, 700];
  const rows = Array.from({ length: sessions }, (_, s) =>
    (s < left ? ["000001.SZ", "600000.SH"] : ["000001.SZ"]).map((code) => [s, code] as const),
  ).flat();
  const day = (s: number) => BigInt(s) * 86_400_000_000_000n;
  const panel = panelFromColumns({
    datetime: rows.map(([s]) => day(s)),
    instrument: rows.map(([, code]) => code),
    columns: { close: Float32Array.from(rows, ([s]) => s) },
  });
  await panel.write(path);
  const file = await openPanel(path, { cache: false });
  let bytes = 0;
  const listener = (message: unknown) => {
    bytes += (message as ReadEvent).bytes;
  };
  subscribe(READ_CHANNEL, listener);
  const window = file.window({ universe: ["600000.SH"], bars: 60, fields: [] });
  unsubscribe(READ_CHANNEL, listener);
  expect([...window.index.datetimes]).toEqual(Array.from({ length: 60 }, (_, i) => day(left - 60 + i)));
  expect(bytes).toBeGreaterThan(0);
  expect(bytes).toBeLessThanOrEqual(rows.length); // one byte a row: the codes of two instruments
});
