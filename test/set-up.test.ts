import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { installProblem } from "../scripts/installed.mjs";
import { root } from "./built-package.js";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "data-service-set-up-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const write = (path: string, content: unknown) => {
  mkdirSync(join(folder, path, ".."), { recursive: true });
  writeFileSync(join(folder, path), JSON.stringify(content));
};

describe("what is installed", () => {
  const locked = {
    "": { version: "0.1.0" },
    "node_modules/a": { version: "1.0.0", integrity: "sha512-a" },
    "node_modules/a/node_modules/@b/c": { version: "2.0.0" },
    "node_modules/binding-elsewhere": { version: "1.0.0", optional: true, os: ["elsewhere"] },
  };
  const { "": _, "node_modules/binding-elsewhere": elsewhere, ...installed } = locked;

  function installation(packages: object): string | undefined {
    write("package-lock.json", { packages: locked });
    for (const path of Object.keys(packages)) write(`${path}/package.json`, {});
    write("node_modules/.package-lock.json", { packages });
    return installProblem(folder);
  }

  it("is enough when it is what the lock file asks for, other platforms' packages aside", () => {
    expect(installation(installed)).toBeUndefined();
  });

  it("is not enough in a fresh clone", () => {
    write("package-lock.json", { packages: locked });
    expect(installProblem(folder)).toBe("no dependencies are installed");
  });

  it.each([
    ["a is missing", { "node_modules/a": undefined }],
    ["a is 0.9.0, package-lock.json asks for 1.0.0", { "node_modules/a": { version: "0.9.0" } }],
    [
      "@b/c is 2.1.0, package-lock.json asks for 2.0.0",
      { "node_modules/a/node_modules/@b/c": { version: "2.1.0" } },
    ],
    ["binding-elsewhere was installed for another platform", { "node_modules/binding-elsewhere": elsewhere }],
    ["d is installed, and not in package-lock.json", { "node_modules/d": { version: "1.0.0" } }],
  ])("is not enough: %s", (problem, change) => {
    const changed = Object.entries({ ...installed, ...change }).filter(([, entry]) => entry !== undefined);
    expect(installation(Object.fromEntries(changed))).toBe(problem);
  });

  it("is not enough when a package's folder is gone", () => {
    expect(installation(installed)).toBeUndefined();
    rmSync(join(folder, "node_modules/a/node_modules"), { recursive: true });
    expect(installProblem(folder)).toBe("node_modules/a/node_modules/@b/c was removed");
  });
});

describe("the totals of several test reports", () => {
  const counts = {
    numPassedTests: 3,
    numFailedTests: 0,
    numPendingTests: 0,
    numTodoTests: 0,
    testResults: [],
  };

  async function totals(...reports: object[]): Promise<{ line: string; exitCode: number }> {
    const files = reports.map((report, at) => {
      write(`${at}.json`, report);
      return join(folder, `${at}.json`);
    });
    const asked = [join(root, ".ci", "totals.mjs"), ...files];
    const { stdout, code = 0 } = await promisify(execFile)(process.execPath, asked).catch((failed) => failed);
    return { line: stdout, exitCode: code };
  }

  it("add up", async () => {
    expect(await totals(counts, counts)).toEqual({ line: "6 passed, 0 failed\n", exitCode: 0 });
    const skipping = { ...counts, numPendingTests: 2, numTodoTests: 1 };
    expect(await totals(counts, skipping)).toEqual({ line: "6 passed, 0 failed, 3 skipped\n", exitCode: 0 });
  });

  it("count failed tests, and files that failed before any test of theirs ran", async () => {
    const broken = { status: "failed", assertionResults: [] };
    const counted = { status: "failed", assertionResults: [{ status: "failed" }] };
    const failing = { ...counts, numFailedTests: 1, testResults: [broken, counted] };
    expect(await totals(counts, failing)).toEqual({ line: "6 passed, 2 failed\n", exitCode: 1 });
  });

  it("fail when nothing ran", async () => {
    expect(await totals()).toEqual({ line: "0 passed, 0 failed\n", exitCode: 1 });
    expect(await totals({ ...counts, numPassedTests: 0 })).toEqual({
      line: "0 passed, 0 failed\n",
      exitCode: 1,
    });
  });
});
