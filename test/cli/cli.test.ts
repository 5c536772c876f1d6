import { execSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { scratchFolder } from "../scratch-folder.js";
import { cliProcess as cli } from "./run-cli.js";

const FILE = "data-fixtures/snapshot/daily_pv.h5";

describe("aistock-data", () => {
  it("prints help worth reading", () => {
    const { status, stdout } = cli("--help");
    expect(status).toBe(0);
    for (const word of ["describe", "window", "Examples:", "Exit codes:"]) expect(stdout).toContain(word);
    expect(cli("window", "--help").stdout).toContain("--bars-per");
  });

  it.each([
    "describe",
    "window",
    "convert",
    "eval",
    "alpha158",
    "operators",
    "join",
    "check",
    "fields",
    "sql",
    "cache",
  ])("wraps the help of %s at the width of the terminal", (command) => {
    const { status, stdout } = cli("help", command);
    expect(status).toBe(0);
    expect(stdout).toBe(cli(command, "--help").stdout);
    const lines = stdout.split("\n");
    for (const line of lines) expect(line.length, line).toBeLessThanOrEqual(80);
    const paragraph = lines.slice(2, lines.indexOf("", 2));
    for (const [i, line] of paragraph.slice(0, -1).entries()) {
      const next = paragraph[i + 1]!.split(" ")[0]!;
      expect(line.length + 1 + next.length, `${line} ${next}`).toBeGreaterThan(80);
    }
  });

  it("wraps its own help", () => {
    const { stdout } = cli("help");
    expect(stdout).toBe(cli("--help").stdout);
    for (const line of stdout.split("\n")) expect(line.length, line).toBeLessThanOrEqual(80);
  });

  it("prints its version", () => {
    expect(cli("--version").stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it("exits with 2 for a command line that is not right, in one line", () => {
    for (const [args, said] of [
      [["windw", FILE], "aistock-data: unknown command 'windw'"],
      [
        ["window", FILE, "--bars", "-3"],
        "aistock-data: option '-n, --bars <count>' argument '-3' is invalid.",
      ],
      [["window"], "aistock-data: missing required argument 'path'"],
    ] as const) {
      const { status, stdout, stderr } = cli(...args);
      expect(status).toBe(2);
      expect(stdout).toBe("");
      expect(stderr.startsWith(said)).toBe(true);
      expect(stderr.indexOf("\n")).toBe(stderr.length - 1);
    }
    expect(cli().status).toBe(2);
  });

  it("exits with 1 and one line for data that is not right", () => {
    expect(cli("describe", "no-such.h5")).toEqual({
      status: 1,
      stdout: "",
      stderr: "aistock-data: no-such.h5: no such file; check the path\n",
    });
    expect(cli("window", FILE, "--fields", "clsoe")).toEqual({
      status: 1,
      stdout: "",
      stderr: `aistock-data: unknown field "clsoe" in ${FILE}; did you mean "$close"?\n`,
    });
  });
});

describe("aistock-data describe", () => {
  it("tells span, sessions, instruments, columns, missing share and the names that left", () => {
    const { status, stdout, stderr } = cli("describe", FILE);
    expect(stderr).toBe("");
    expect(status).toBe(0);
    expect(stdout).toBe(`data-fixtures/snapshot/daily_pv.h5
  rows         9,956
  span         2019-01-02 .. 2020-03-17
  sessions     291
  instruments  48
  coverage     71.3% of sessions × instruments have a row
  keys         (datetime, instrument), no duplicates, none missing; sorted on reading if the file is not
  left early   5 of 48 (10.4%) end before the last session:
               600043.SH (2019-04-17), 600000.SH (2019-09-25), 000046.SZ (2020-02-26),
               600030.SH (2020-03-05), 600041.SH (2020-03-06)

  column   type     missing  share
  $open    float32       39   0.4%
  $close   float32       39   0.4%
  $high    float32       39   0.4%
  $low     float32       39   0.4%
  $volume  float32       39   0.4%
  $factor  float32        0   0.0%
`);
  });

  it("names five that left at most, of a file in whatever order", async () => {
    const path = join(scratchFolder(), "unsorted.csv");
    const ended = Array.from({ length: 7 }, (_, i) => `2020-01-0${7 - i},S${i},1`);
    writeFileSync(path, ["datetime,instrument,x", "2020-01-09,T,1", ...ended].join("\n"));
    expect(cli("describe", path).stdout).toContain(`
  keys         (datetime, instrument), no duplicates, none missing; sorted on reading if the file is not
  left early   7 of 8 (87.5%) end before the last session:
               S6 (2020-01-01), S5 (2020-01-02), S4 (2020-01-03),
               S3 (2020-01-04), S2 (2020-01-05), and 2 more
`);
  });

  it("gives the same figures as JSON", () => {
    const figures = JSON.parse(cli("describe", FILE, "--json").stdout);
    expect(figures).toMatchObject({ rows: 9956, sessions: 291, instruments: 48, first: "2019-01-02" });
    expect(figures.columns[1]).toMatchObject({ name: "$close", type: "float32", missing: 39 });
  });
});

describe("aistock-data window", () => {
  const asked = ["window", FILE, "--universe", "000004.SZ,SH600001", "--end", "2020-03-02", "--bars", "2"];

  it("prints a table", () => {
    const { status, stdout } = cli(...asked, "--fields", "close,volume");
    expect(status).toBe(0);
    const lines = stdout.trimEnd().split("\n");
    expect(lines[0]).toBe("datetime    instrument    close   volume");
    expect(lines.length).toBe(5);
  });

  it("prints CSV and JSON that agree", () => {
    const csv = cli(...asked, "--fields", "close,volume", "--format", "csv")
      .stdout.trimEnd()
      .split("\n");
    const json = JSON.parse(cli(...asked, "--fields", "close,volume", "--format", "json").stdout);
    expect(csv[0]).toBe("datetime,instrument,close,volume");
    expect(json.length).toBe(4);
    const again = json.map((r: Record<string, unknown>) =>
      [r.datetime, r.instrument, r.close, r.volume].join(","),
    );
    expect(csv.slice(1)).toEqual(again);
  });

  it("pipes into a reader that stops early", () => {
    const command = `node dist/cli/main.js window ${FILE} --format csv | head -n 1`;
    expect(execSync(command, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] })).toBe(
      "datetime,instrument,$open,$close,$high,$low,$volume,$factor\n",
    );
  });

  it("says on stderr which codes it left out", () => {
    const { status, stderr } = cli("window", FILE, "-u", "999999.SH,000004.SZ", "-n", "1", "--skip-unknown");
    expect(status).toBe(0);
    expect(stderr).toBe(`aistock-data: left out, not in ${FILE}: 999999.SH\n`);
  });
});
