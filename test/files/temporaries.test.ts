import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { replaceWhenWhole } from "#src/formats/write.js";
import { modules } from "../../scripts/build.mjs";
import { requireBuild } from "../built-package.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "temporaries-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe("what an earlier write left", () => {
  const host = hostname().replace(/[^\w-]/g, "");
  const left = (target: string, pid: number, machine = host) =>
    `.${target}.${machine}-${pid}-0123456789ab.tmp`;
  const gone = () => spawnSync(process.execPath, ["-e", ""]).pid;

  it("is removed by the next write of the same target where its process is gone, and nothing else is", async () => {
    const kept = [
      left("a.csv", process.pid),
      left("b.csv", gone()),
      left("a.csv", gone(), `not-${host}`),
      `.a.csv.${host}-notes.tmp`,
    ];
    for (const name of [...kept, left("a.csv", gone())]) writeFileSync(join(folder, name), "");
    await replaceWhenWhole(join(folder, "a.csv"), async (temporary) => writeFileSync(temporary, "whole"));
    expect(readdirSync(folder).sort()).toEqual([...kept, "a.csv"].sort());
  });
});

// Windows has no signals: a process that is sent one ends at once.
describe.skipIf(process.platform === "win32")("a command that is ended in the midst of a write", () => {
  const moduleAt = (path: string) => JSON.stringify(pathToFileURL(join(modules, path)).href);

  /** A process that sends itself a signal when half of a file is written, or when nothing is being written. */
  const end = (signal: NodeJS.Signals, script: string) => {
    requireBuild();
    const all = `
      import { writeFileSync } from "node:fs";
      const { replaceWhenWhole } = await import(${moduleAt("formats/write.js")});
      const { removeTemporariesOnSignals } = await import(${moduleAt("cli/interrupt.js")});
      removeTemporariesOnSignals();
      const target = process.argv[1];
      const end = () => new Promise(() => {
        setInterval(() => undefined, 1000); // keeps the process
        process.kill(process.pid, ${JSON.stringify(signal)});
      });
      ${script}`;
    return spawnSync(process.execPath, ["--input-type=module", "-e", all, join(folder, "a.csv")], {
      encoding: "utf8",
    });
  };

  it.each(["SIGINT", "SIGTERM"] as const)("removes what it wrote: %s", (signal) => {
    const ended = end(
      signal,
      `await replaceWhenWhole(target, (temporary) => {
        writeFileSync(temporary, "half");
        return end();
      });`,
    );
    expect(ended).toMatchObject({ signal, stderr: "" });
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each(["SIGINT", "SIGTERM"] as const)(
    "that came while a computation went on to its end is not lost: %s",
    (signal) => {
      const ended = end(
        signal,
        `await replaceWhenWhole(target, async (temporary) => {
        writeFileSync(temporary, "whole");
        process.kill(process.pid, ${JSON.stringify(signal)});
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
      });`,
      );
      expect(ended).toMatchObject({ signal, stderr: "" });
    },
  );

  it.each(["SIGINT", "SIGTERM"] as const)("removes what DuckDB may spill: %s", (signal) => {
    const ended = end(
      signal,
      `const { withDuckDB } = await import(${moduleAt("formats/duckdb/duckdb.js")});
      process.env.TMPDIR = ${JSON.stringify(folder)};
      await withDuckDB(async () => {
        const { readdirSync } = await import("node:fs");
        process.stdout.write(readdirSync(process.env.TMPDIR).join());
        await end();
      });`,
    );
    expect(ended).toMatchObject({ signal, stderr: "" });
    expect(ended.stdout).toMatch(/^\.aistock-data\..*\.tmp$/);
    expect(readdirSync(folder)).toEqual([]);
  });

  it("ends only at a second Ctrl-C where the first stops a query", () => {
    const ended = end(
      "SIGINT",
      `const { untilInterrupted } = await import(${moduleAt("cli/interrupt.js")});
      await untilInterrupted((signal) => replaceWhenWhole(target, async (temporary) => {
        writeFileSync(temporary, "half");
        const stopped = new Promise((resolve) => signal.addEventListener("abort", resolve));
        setInterval(() => undefined, 1000); // keeps the process
        process.kill(process.pid, "SIGINT");
        await stopped;
        process.stdout.write("stopped");
        await end();
      }));`,
    );
    expect(ended).toMatchObject({ signal: "SIGINT", stdout: "stopped", stderr: "" });
    expect(readdirSync(folder)).toEqual([]);
  });

  it("ends at once where nothing is being written any more", () => {
    const ended = end(
      "SIGINT",
      `await replaceWhenWhole(target, async (temporary) => writeFileSync(temporary, "whole"));
      await end();`,
    );
    expect(ended).toMatchObject({ signal: "SIGINT", stderr: "" });
    expect(readdirSync(folder).map((name) => basename(name))).toEqual(["a.csv"]);
  });
});
