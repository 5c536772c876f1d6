import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { panelFromColumns } from "#src/index.js";
import { scratchFolder } from "../scratch-folder.js";
import { cli } from "./run-cli.js";

const DIR = "data-fixtures/snapshot";
const FILE = `${DIR}/daily_pv.h5`;
const folder = scratchFolder();
const text = join(folder, "text.parquet");
await panelFromColumns({
  datetime: ["2020-01-02"],
  instrument: ["000001.SZ"],
  columns: { close: [1], industry: ["bank"] },
}).write(text);

const LABEL = "Ref($close,-1)/$close";

describe("what an error says to do can be done on the command line", () => {
  it.each([
    [["window", FILE, "-u", "999999.SH"], "; --skip-unknown leaves unknown ones out"],
    [["eval", FILE, "$close", "-u", "999999.SH"], "; --skip-unknown leaves unknown ones out"],
    [["window", FILE, "-s", "yesterday"], '"2020-03-02 09:31" (exchange wall clock, without a zone)\n'],
    [["eval", FILE, LABEL], `"${LABEL}" looks ahead; if it is a label, name it in --labels\n`],
    [["join", FILE, FILE], 'set --on-conflict: "suffix" keeps all'],
    [["join", FILE, `${DIR}/daily_basic.h5`, "--max-loss", "1%"], "more than the 1% that --max-loss allows"],
    [["convert", text, join(folder, "provider")], "a qlib folder holds numbers only, leave it out with -c\n"],
    [["convert", FILE, join(folder, "a.csv"), "--target-freq", "1min"], "the option --target-freq is for"],
    [["window", DIR, "-f", "zzzzzzzz"], "aistock-data fields DIR lists what there is"],
    [["describe", DIR], "or give the folder to window, fields or sql\n"],
    [["sql", DIR, "select 1", "--memory", "1"], "argument '1' is invalid. give a whole number from 16 on."],
    [["sql", DIR, "select 1", "--timeout", "9999999"], "give a whole number from 1 to 2147483."],
    [["backtest", FILE, "--against", FILE, "--benchmark", "SH999999"], "or --benchmark none\n"],
    [["sql", DIR, "select ?"], "write the values into the query\n"],
  ])("%s", (args, said) => {
    expect(cli(...args).stderr).toContain(said);
  });

  it("and does what it says", () => {
    const asked = [
      "eval",
      FILE,
      `y=${LABEL}`,
      "-u",
      "000004.SZ,999999.SH",
      "--skip-unknown",
      "--labels",
      "y",
    ];
    expect(cli(...asked)).toMatchObject({
      status: 0,
      stderr: `aistock-data: left out, not in ${FILE}: 999999.SH\n`,
    });
    const many = Array.from({ length: 12 }, (_, i) => `9999${10 + i}.SH`);
    expect(cli("window", FILE, "-u", ["000004.SZ", ...many].join(), "--skip-unknown").stderr).toBe(
      `aistock-data: left out, not in ${FILE}: ${many.slice(0, 10).join(", ")} and 2 more\n`,
    );
    const out = join(folder, "numbers");
    expect(cli("convert", text, out, "-c", "close").status).toBe(0);
  });
});
