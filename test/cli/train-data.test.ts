import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { requireBuild } from "../built-package.js";
import { scratchFolder } from "../scratch-folder.js";
import { cli } from "./run-cli.js";

const folder = "data-fixtures/snapshot";
const scratch = scratchFolder();
const asked = [
  ...["--features", "close,Mean($close, 5)/$close"],
  ...["--label", "Ref($close, -2)/Ref($close, -1) - 1"],
  ...["--segments", "train=2019-01-02..2019-08-30,test=2019-12-02..2020-03-17"],
];
const files = (dir: string) => JSON.parse(readFileSync(join(dir, "manifest.json"), "utf8")).files;

describe("train-data", () => {
  beforeAll(requireBuild);

  it("writes a folder's segments, whole or in parts, with the same bytes", () => {
    const [whole, parts] = [join(scratch, "whole"), join(scratch, "parts")];
    const { status, stdout } = cli("train-data", folder, ...asked, "--out", whole, "--length", "3");
    expect(status).toBe(0);
    expect(stdout).toMatch(
      /^train: [\d,]+ rows, 2019-01-02 \.\. \d{4}-\d\d-\d\d \(learn\)\ntest: [\d,]+ rows/,
    );
    expect(existsSync(join(whole, "train", "windows.npy"))).toBe(true);
    const other = cli("train-data", folder, ...asked, "--out", parts, "--length", "3", "--memory", "0.2");
    expect(other.stderr).toBe("");
    const { "state.json": _, ...own } = files(parts);
    const { "state.json": __, ...expected } = files(whole);
    expect(own).toEqual(expected);
  });

  it.each([
    [[folder, "--features", "close"], 'a folder needs "--label", "--segments" as well'],
    [[folder, ...asked.with(1, "clsoe")], "clsoe"],
    [[folder, ...asked.with(5, "train=2019")], "write segments as train=2019-01-02..2019-08-30"],
    [["nowhere.yaml"], "nowhere.yaml"],
  ])("refuses %j", (args, message) => {
    const out = join(scratch, "never");
    const { status, stderr } = cli("train-data", ...args, "--out", out);
    expect(status).not.toBe(0);
    expect(stderr).toContain(message);
    expect(existsSync(out)).toBe(false);
  });
});
