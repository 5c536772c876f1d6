import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import { requireBuild, root } from "../built-package.js";
import { cli } from "../cli/run-cli.js";
import { scratchFolder } from "../scratch-folder.js";

const folder = scratchFolder();
const EXAMPLE = "examples/backtest-alignment";
const DATA = "data-fixtures/backtest";
beforeAll(requireBuild);

it("the example replays a recorded run bit for bit, and finds what another one changed", () => {
  const page = join(folder, "page.html");
  const said = execFileSync(process.execPath, [`${EXAMPLE}/align.mjs`, page], {
    cwd: root,
    encoding: "utf8",
  });
  expect(said.split("\n")).toEqual([
    expect.stringMatching(/^\d+ sessions, \d+ orders: the two runs are equal on every day$/),
    "excess after costs, a year: 0.8415",
    "parts on 2019-06-04: the recorded run's close_cost is 0.0015, ours 0.002",
    "",
  ]);
  expect(readFileSync(page, "utf8")).toContain("close_cost is 0.0015");
});

it("the command line does the same", () => {
  const args = [
    "backtest",
    `${DATA}/scores/dense.h5`,
    "--against",
    `${DATA}/provider`,
    "--config",
    `${EXAMPLE}/port_analysis.yaml`,
  ];
  const equal = cli(...args, "--compare", `${DATA}/recorded`);
  expect(equal.stdout).toContain("equal to data-fixtures/backtest/recorded/ret.pkl on every day");
  const apart = cli(...args, "--compare", `${DATA}/recorded`, "--n-drop", "1");
  expect(apart.stdout).toContain("cause      parameter: the recorded run's n_drop is 2, ours 1");
  expect(cli(...args, "--format", "csv").stdout).toMatch(/^datetime,account,return,total_turnover,/);
  expect(cli(...args, "--benchmark", "SH999999").stderr).toContain("or --benchmark none");
});
