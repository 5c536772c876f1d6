import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { text } from "node:stream/consumers";
import { beforeAll, describe, expect, it } from "vitest";
import { openSnapshot } from "#src/snapshot/open-snapshot.js";
import type { Snapshot } from "#src/snapshot/snapshot.js";
import { scratchFolder } from "../scratch-folder.js";

/** 10^14 pairs of rows, hours of work; it begins with a table of the snapshot. */
const ENDLESS =
  "SELECT sum(a.close * b.close * c.range * d.range) FROM daily_pv a, daily_pv b, range(1000) c, range(1000) d";

let snapshot: Snapshot;
beforeAll(async () => {
  snapshot = await openSnapshot("data-fixtures/snapshot");
});

describe("a query that takes too long", () => {
  it("is stopped by its timeout", async () => {
    await expect(snapshot.sql(ENDLESS, { timeoutMs: 300 })).rejects.toMatchObject({
      code: "timeout",
      message:
        "sql: the query took longer than the 300 ms of timeoutMs and was stopped; give it more time, or fewer rows",
    });
  });

  it("is stopped by its signal, while it runs and before", async () => {
    const controller = new AbortController();
    const running = snapshot.sql(ENDLESS, { signal: controller.signal, timeoutMs: 50_000 });
    setTimeout(() => controller.abort(new Error("the user left")), 300);
    const cancelled = { code: "cancelled", message: "sql: the query was stopped by its signal" };
    await expect(running).rejects.toMatchObject({ ...cancelled, cause: new Error("the user left") });
    await expect(snapshot.sql("SELECT 1", { signal: controller.signal })).rejects.toMatchObject(cancelled);
  });

  it("leaves other queries and those in time alone", async () => {
    const { signal } = new AbortController();
    const slow = expect(snapshot.sql(ENDLESS, { timeoutMs: 300 })).rejects.toMatchObject({ code: "timeout" });
    const quick = await snapshot.sql("SELECT count(*) AS n FROM daily_pv", { signal, timeoutMs: 50_000 });
    expect(quick.toRows()).toEqual([{ n: 9956n }]);
    await slow;
  });
});

describe("memoryLimit", () => {
  const million = "FROM range(3000000) t(x)";

  it("stops a query that cannot do with it, and lets one that can use files", async () => {
    await expect(
      snapshot.sql(`SELECT list(x) AS all ${million}`, { memoryLimit: 2 ** 25 }),
    ).rejects.toMatchObject({
      code: "over-budget",
      message: expect.stringMatching(
        /^Out of Memory Error: .* \(.*\/32\.0 MiB used\); give sql more memoryLimit, or the query fewer rows$/,
      ),
    });
    const sorted = `SELECT max(n) AS n FROM (SELECT row_number() OVER (ORDER BY hash(x), x) AS n, x ${million})`;
    expect((await snapshot.sql(sorted, { memoryLimit: 2 ** 26 })).toRows()).toEqual([{ n: 3_000_000n }]);
  });

  it("is half of the memory there is unless it is given, and not less than a query needs", async () => {
    const setting = "SELECT current_setting('memory_limit') AS m";
    const of = async (options = {}) => (await snapshot.sql(setting, options)).toRows()[0]!.m;
    expect(await of({ memoryLimit: 2 ** 30 })).toBe("1.0 GiB");
    expect(await of()).toMatch(/^[\d.]+ [MG]iB$/);
    await expect(of({ memoryLimit: 1000 })).rejects.toMatchObject({
      code: "bad-request",
      message: "memoryLimit: 1000 is not a number of bytes from 16777216 on",
    });
    await expect(of({ timeoutMs: 0 })).rejects.toMatchObject({
      message: "timeoutMs: 0 is not a number of milliseconds above 0 and up to 2147483647",
    });
    await expect(of({ timeout: 5 })).rejects.toMatchObject({
      code: "bad-request",
      message: 'sql: unknown option "timeout"; did you mean "timeoutMs"?',
    });
  });
});

describe("aistock-data sql", () => {
  const own = scratchFolder();
  const env = { ...process.env, TMPDIR: own, TMP: own, TEMP: own };
  const start = (...more: string[]) => {
    const args = ["dist/cli/main.js", "sql", "data-fixtures/snapshot", ENDLESS, ...more];
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"], env });
    return { child, said: text(child.stderr), ended: once(child, "close") };
  };

  it("ends at Ctrl-C with one line", async () => {
    // A signal that comes before the query has begun ends the process as any other: then a later one is tried.
    for (let ms = 2000; ; ms *= 2) {
      const { child, said, ended } = start();
      setTimeout(() => child.kill("SIGINT"), ms);
      const [status, signal] = await ended;
      if (signal === "SIGINT" && ms < 16_000) continue;
      expect([status, await said]).toEqual([130, "aistock-data: sql: the query was stopped by its signal\n"]);
      const spilled = readdirSync(own).filter((name) => name.includes("aistock-data"));
      expect(spilled).toEqual([]); // besides it Node may keep compiled code there
      return;
    }
  });

  it("ends after its --timeout", async () => {
    const { said, ended } = start("--timeout", "1", "--memory", "500");
    expect((await ended)[0]).toBe(1);
    expect(await said).toMatch(/^aistock-data: sql: the query took longer than the 1000 ms/);
  });
});
