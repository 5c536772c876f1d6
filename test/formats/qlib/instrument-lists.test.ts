import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openPanel, openSnapshot, panelFromColumns, writeQlibBin } from "#src/index.js";
import { scratchFolder } from "../../scratch-folder.js";

const folder = scratchFolder();

// Two minutes on each of three days, as a provider folder and as the panel of a snapshot, with the same lists.
const minutes = ["2020-01-02", "2020-01-03", "2020-01-06"].flatMap((day) => [`${day} 09:31`, `${day} 15:00`]);
const panel = panelFromColumns({
  datetime: minutes.flatMap((minute) => [minute, minute]),
  instrument: minutes.flatMap(() => ["SH600000", "SZ000001"]),
  columns: { close: Float32Array.from({ length: 12 }, (_, row) => row) },
});
const provider = join(folder, "provider");
await writeQlibBin(panel, provider, { freq: "1min" });
const lists = { provider: join(provider, "instruments"), snapshot: join(folder, "snapshot", "instruments") };
mkdirSync(lists.snapshot, { recursive: true });

function writeList(text: string): void {
  for (const dir of Object.values(lists)) writeFileSync(join(dir, "few.txt"), text);
}

/** The closes of a list's members, by both ways. */
async function membersOf(text: string): Promise<{ folder: number[]; snapshot: number[] }> {
  writeList(text);
  const opened = await openPanel(provider, { freq: "1min", instruments: "few" });
  const snapshot = (await openSnapshot(join(folder, "snapshot"))).add("minute_1min", panel, { freq: "1m" });
  const window = await snapshot.getHistoryWindow("few", { freq: "1m" });
  const cells = (of: typeof panel) => [...(of.column("close").values as Float32Array)];
  return { folder: cells(opened), snapshot: cells(window) };
}

describe("an instrument list of minutes, in a provider folder and in a snapshot", () => {
  it.each([
    ["a bare date as END takes in its whole day", "SZ000001\t2020-01-02\t2020-01-03\n", [1, 3, 5, 7]],
    ["a time as END takes in that minute", "SZ000001\t2020-01-03\t2020-01-03 09:31:00\n", [5]],
    ["a time as START begins there", "SZ000001\t2020-01-02 15:00:00\t2020-01-02\n", [3]],
    ["without dates it is always a member", "SZ000001\n", [1, 3, 5, 7, 9, 11]],
    ["without END it still is", "SZ000001\t2020-01-06\n", [9, 11]],
    ["without START it always was", "SZ000001\t\t2020-01-02\n", [1, 3]],
    ["a comma serves as a tab does", "SZ000001,2020-01-06,2020-01-06\r\n", [9, 11]],
    ["several spans", "SH600000\t2020-01-02\t2020-01-02\nSH600000\t2020-01-06\t2020-01-06\n", [0, 2, 8, 10]],
  ])("%s", async (_, text, closes) => {
    expect(await membersOf(text)).toEqual({ folder: closes, snapshot: closes });
  });

  it("is refused by both with the same words", async () => {
    for (const [text, problem] of [
      ["SZ000001\tsoon\n", 'line 1 has "soon" where a date is expected'],
      [
        "SZ000001\n\nSH600000\t2020-01-06\t2020-01-03\n",
        "line 3 ends on 2020-01-03, before it starts on 2020-01-06",
      ],
      ["../up\n", "line 1 does not begin with an instrument code"],
    ] as const) {
      writeList(text);
      await expect(openPanel(provider, { freq: "1min", instruments: "few" })).rejects.toThrow(
        `${join(lists.provider, "few.txt")}: ${problem}`,
      );
      const snapshot = await openSnapshot(join(folder, "snapshot"));
      expect(() => snapshot.universe("few")).toThrow(`${join(lists.snapshot, "few.txt")}: ${problem}`);
    }
  });
});
