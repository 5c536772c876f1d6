import { cpSync, existsSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openPanel, writeQlibBin } from "#src/index.js";
import { scratchFolder } from "../scratch-folder.js";

const MESS = "data-fixtures/mess";
const folder = scratchFolder();

const closes = async (path: string, instrument: string) =>
  Array.from((await openPanel(path)).series(instrument).column("$close").values as Float32Array);

describe("a provider is not all or nothing", () => {
  it("a stray file costs nothing", async () => {
    expect(await closes(`${MESS}/stray-file-in-provider/provider`, "SH600000")).toEqual([1, 2, 3, 4, 5]);
    expect((await openPanel(`${MESS}/stray-file-in-provider/provider`)).columnNames).toEqual(["$close"]);
  });

  it("a bin longer than the calendar is cut to it, as qlib does, and noted; strict refuses it", async () => {
    const path = `${MESS}/one-bin-beyond-the-calendar/provider`;
    expect(await closes(path, "SH600000")).toEqual([1, 2, 3, 4, 5]);
    expect(await closes(path, "SZ000001")).toEqual([1, 2, 3, 4, 5]);
    expect((await openPanel(path)).notes.join()).toMatch(
      /values of SH600000 lie behind the end of the calendar/,
    );
    await expect(openPanel(path, { strict: true })).rejects.toMatchObject({ code: "corrupt" });
  });

  it("a bin of odd length costs its instrument that field alone", async () => {
    const path = join(folder, "odd");
    cpSync(`${MESS}/qlib-reserved-tickers/provider`, path, { recursive: true });
    truncateSync(join(path, "features/aapl/close.day.bin"), 7);
    const panel = await openPanel(path);
    expect([...panel.index.instruments]).toEqual(["PRN"]);
    expect(panel.notes.join()).toContain("7 bytes");
    expect(panel.notes.join()).toContain("AAPL is without it");
    await expect(openPanel(path, { strict: true })).rejects.toThrow("7 bytes");
  });

  it("the tickers that qlib reserves are read and written as it does", async () => {
    const path = `${MESS}/qlib-reserved-tickers/provider`;
    const panel = await openPanel(path);
    expect([...panel.index.instruments]).toEqual(["AAPL", "PRN"]);
    expect(await closes(path, "PRN")).toEqual([1, 2, 3, 4, 5]);
    const written = join(folder, "written");
    await writeQlibBin(await openPanel(`${MESS}/qlib-reserved-tickers/prn.csv`), written);
    expect(existsSync(join(written, "features/_qlib_prn/close.day.bin"))).toBe(true);
    expect([...(await openPanel(written)).index.instruments]).toEqual(["AAPL", "PRN"]);
  });
});

describe("qlib's spellings", () => {
  const lists = `${MESS}/qlib-spellings/lists`;

  it.each(["day", "1d", "d", "1day", "D"])("freq %s is day", async (freq) => {
    expect((await openPanel(`${MESS}/qlib-spellings/day`, { freq })).rowCount).toBeGreaterThan(0);
  });

  it("fields and lists in any case, lists in the other spelling", async () => {
    expect((await openPanel(lists, { columns: ["$Close"] })).columnNames).toEqual(["$Close"]);
    const rows = async (instruments: string) => (await openPanel(lists, { instruments })).rowCount;
    expect(await rows("CSI300")).toBe(await rows("csi300"));
    expect(await rows("ts")).toBe(5);
    for (const list of ["all", "bare", "bom", "crlf", "dup", "extra", "far_end", "lower", "open_end"]) {
      expect(await rows(list)).toBeGreaterThan(0);
    }
  });
});
