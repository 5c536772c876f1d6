import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type LedgerJson, openPanel, panelFromColumns } from "#src/index.js";
import { scratchFolder } from "../scratch-folder.js";
import { cli } from "./run-cli.js";

const DIR = "data-fixtures/snapshot";
const FILE = `${DIR}/daily_pv.h5`;
const folder = scratchFolder();

describe("aistock-data convert", () => {
  it("writes what it read, and says rows and seconds", async () => {
    const out = join(folder, "daily_pv.arrow");
    const { status, stdout, stderr } = cli(
      "convert",
      FILE,
      out,
      "--columns",
      "close,volume",
      "--start",
      "2020-01-01",
    );
    expect(stderr).toMatch(/daily_pv\.arrow: 2,152 rows × 2 columns in \d+\.\d s, [\d,]+ bytes\n$/);
    expect([status, stdout]).toEqual([0, ""]);
    const back = await openPanel(out);
    const source = (await openPanel(FILE)).window({ start: "2020-01-01", fields: ["close", "volume"] });
    expect(back.column("close").values).toEqual(source.column("close").values);
    expect(back.columnNames).toEqual(["close", "volume"]);
  });

  it("writes a qlib folder under a name without an extension", () => {
    const out = join(folder, "provider");
    expect(cli("convert", FILE, out).status).toBe(0);
    const described = cli("describe", out);
    expect(described.stdout).toContain("instruments  48");
  });

  it("does not replace a qlib folder with instrument lists of its own without --force", () => {
    const provider = join(folder, "lists");
    cpSync(`${DIR}/qlib_bin`, provider, { recursive: true });
    const asked = ["convert", provider, provider];
    const refused = cli(...asked);
    expect(refused.stderr).toContain('would not have: the instrument list "csi8"; give a new folder');
    expect(refused.status).toBe(2);
    expect(existsSync(join(provider, "instruments", "csi8.txt"))).toBe(true);
    expect(cli(...asked, "--force").status).toBe(0);
    expect(existsSync(join(provider, "instruments", "csi8.txt"))).toBe(false);
  });

  it("keeps the old file when the new one cannot be written", () => {
    const out = join(folder, "old.xlsx");
    expect(cli("convert", FILE, out)).toMatchObject({
      status: 2,
      stderr: `aistock-data: ${out}: cannot tell the format to write from ".xlsx"; use .h5, .hdf, .hdf5, .parquet, .pq, .arrow, .feather, .ipc, .csv, .csv.gz, .npy, .safetensors\n`,
    });
  });
});

describe("aistock-data eval and alpha158", () => {
  it("prints expressions by their name or text", () => {
    const { status, stdout } = cli(
      "eval",
      FILE,
      "ma=Mean($close,2)",
      "$close",
      "-u",
      "000004.SZ",
      "-s",
      "2020-03-16",
    );
    expect(status).toBe(0);
    expect(stdout.split("\n")[0]!.split(/\s+/)).toEqual(["datetime", "instrument", "ma", "$close"]);
    expect(stdout.trimEnd().split("\n").length).toBe(3);
  });

  it("ranks in the whole market whoever is asked for, as a snapshot's window does", () => {
    const range = ["-u", "000004.SZ", "-s", "2020-03-10", "--format", "csv"];
    const ranks = cli("eval", FILE, "CSRank($close)", ...range);
    expect(ranks.stdout).toBe(cli("window", DIR, "-f", "CSRank($close)", ...range).stdout);
    expect(ranks.stdout).toContain("2020-03-16,000004.SZ,0.");
  });

  it("shows where an expression goes wrong", () => {
    const { status, stderr } = cli("eval", FILE, "Mean($close,5)+Maen($close,2)");
    expect(status).toBe(1);
    expect(stderr).toBe(
      'aistock-data: unknown operator "Maen"; did you mean "Mean"?\n  Mean($close,5)+Maen($close,2)\n                 ^\n',
    );
  });

  it("writes Alpha158 and says what it left out", async () => {
    const out = join(folder, "alpha158.parquet");
    const { status, stderr } = cli("alpha158", FILE, "--out", out, "--start", "2020-03-01");
    expect(stderr).toContain('aistock-data: "VWAP0" left out: neither "$vwap" nor "$amount" is at hand\n');
    expect(status).toBe(0);
    expect((await openPanel(out)).columnNames.length).toBe(157);
    const some = cli("alpha158", FILE, "--select", "RESI5,KLEN", "-s", "2020-03-17", "--format", "csv");
    expect(some.stdout.split("\n")[0]).toBe("datetime,instrument,KLEN,RESI5");
  });

  it("computes the factors of a catalogue file", () => {
    const file = "data-fixtures/catalogs/alpha158_meta.json";
    const names = (JSON.parse(readFileSync(file, "utf8")) as { factors: { name: string }[] }).factors.map(
      (f) => f.name,
    );
    const { status, stdout } = cli(
      "alpha158",
      FILE,
      "--factors",
      file,
      "-s",
      "2020-03-17",
      "--format",
      "csv",
    );
    expect(status).toBe(0);
    expect(stdout.split("\n")[0]!.split(",").slice(2).sort()).toEqual(names.sort());
  });
});

describe("names on the command line", () => {
  const catalogue = ["--factors", "data-fixtures/catalogs/alpha158_meta.json"];

  it("--select takes factors of a catalogue file too", () => {
    const some = cli(
      "alpha158",
      FILE,
      ...catalogue,
      "--select",
      "KLEN",
      "-s",
      "2020-03-17",
      "--format",
      "csv",
    );
    expect(some.stdout.split("\n")[0]).toBe("datetime,instrument,KLEN");
    expect(cli("alpha158", FILE, ...catalogue, "--select", "KLENN")).toMatchObject({
      status: 2,
      stderr:
        'aistock-data: data-fixtures/catalogs/alpha158_meta.json has no factor "KLENN"; did you mean "KLEN"?\n',
    });
  });

  it("an expression's may be Chinese, and none is given twice", () => {
    const named = cli("eval", FILE, "收盘_2=$close", "-s", "2020-03-17", "--format", "csv");
    expect(named.stdout.split("\n")[0]).toBe("datetime,instrument,收盘_2");
    expect(cli("eval", FILE, "ma5=Mean($close,5)", "ma5=Mean($close,10)")).toMatchObject({
      status: 2,
      stderr: 'aistock-data: two expressions are called "ma5"; give each a name of its own\n',
    });
  });

  it.each([
    ["window", FILE, "-f", ""],
    ["window", FILE, "-u", ""],
    ["alpha158", FILE, "--select", " "],
    ["convert", FILE, join(folder, "never.csv"), "-c", ""],
    ["window", FILE, "-f", ",volume"],
  ])("none may be empty, as the shell leaves $close or $LIST: %s %s %s '%s'", (...args) => {
    const { status, stdout, stderr } = cli(...args);
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(
      /(no name is given|a name is empty); (put \$close in single quotes|leave the option out for all)/,
    );
  });
});

describe("where a command writes", () => {
  it.each([
    ["eval", "$close", "-o"],
    ["alpha158", "-o"],
    ["window", "-o"],
    ["join", FILE, "-o"],
    ["convert"],
  ])("is looked at before the input is: %s %s %s", (command, ...args) => {
    const into = (target: string) => cli(command!, "no-such-input.h5", ...args, target);
    expect(into("zz.nope")).toMatchObject({
      status: 2,
      stderr:
        'aistock-data: zz.nope: cannot tell the format to write from ".nope"; use .h5, .hdf, .hdf5, .parquet, .pq, .arrow, .feather, .ipc, .csv, .csv.gz, .npy, .safetensors\n',
    });
    expect(into("no-such-folder/a.csv")).toMatchObject({
      status: 1,
      stderr: "aistock-data: no-such-folder/a.csv: there is no folder no-such-folder; make it first\n",
    });
  });

  it("is no folder where a file is meant", () => {
    const taken = mkdtempSync(join(folder, "taken-"));
    renameSync(taken, `${taken}.csv`);
    expect(cli("window", "no-such-input.h5", "-o", `${taken}.csv`)).toMatchObject({
      status: 1,
      stderr: `aistock-data: ${taken}.csv: a folder; give the name of a file in it\n`,
    });
  });
});

describe("aistock-data join, fields, sql and cache", () => {
  it("prints the ledger of a join", () => {
    const out = join(folder, "matrix.parquet");
    const { status, stdout } = cli("join", FILE, `${DIR}/daily_basic.h5`, "--how", "left", "--out", out);
    expect(status).toBe(0);
    expect(stdout).toContain("suspended 301, not listed yet 3, delisted 1");
    const strict = cli("join", FILE, `${DIR}/daily_basic.h5`, "--max-loss", "1%", "--out", out);
    expect(strict.status).toBe(1);
    expect(strict.stderr).toContain("more than the 1% that --max-loss allows");
  });

  it("says of a file of which no row matches why that is", async () => {
    const late = join(folder, "at_1500.csv");
    const columns = { pe: [1, 2] };
    const datetime = ["2020-03-16 15:00", "2020-03-17 15:00"];
    await panelFromColumns({ datetime, instrument: ["000004.SZ", "000004.SZ"], columns }).write(late);
    expect(cli("join", FILE, late, "-o", join(folder, "joined.csv")).stderr).toContain(
      `aistock-data: ${late}: no row matches; its sessions lie 15 h after those of ${FILE}\n`,
    );
  });

  it("writes the ledger as JSON where it is to", () => {
    const ledger = join(folder, "ledger.json");
    const { status, stderr } = cli("join", FILE, `${DIR}/daily_basic.h5`, "--ledger", ledger);
    expect(status).toBe(0);
    expect(stderr).toContain("left join:");
    const { how, columnCount, matches } = JSON.parse(readFileSync(ledger, "utf8")) as LedgerJson;
    expect({ how, columnCount }).toEqual({ how: "left", columnCount: 18 });
    expect(matches[0]!.leftOnlyBecause).toEqual({ suspended: 301, "not listed yet": 3, delisted: 1 });
    expect(cli("join", "no-such-input.h5", "--ledger", "no-such-folder/a.json").stderr).toBe(
      "aistock-data: no-such-folder/a.json: there is no folder no-such-folder; make it first\n",
    );
  });

  it("finds fields in either language", () => {
    expect(cli("fields", DIR, "市盈率").stdout).toContain("daily_basic.db_pe_ttm");
    expect(cli("fields", DIR, "DB_PE_ttm").stdout).toContain("市盈率(TTM,亏损的PE为空)");
    expect(cli("fields", DIR, "no such thing")).toMatchObject({ status: 0, stdout: "" });
  });

  it("says which files of the folder are no panels, and not those that every snapshot has", () => {
    expect(cli("fields", DIR, "db_pb").stderr).toBe(
      "aistock-data: alpha158.parquet: alpha158.h5 has the same name and is read; add this one under another name to use it\n",
    );
  });

  it("says which tables of the folder could not be read, and that there are none", () => {
    const dir = scratchFolder();
    cpSync(FILE, join(dir, "daily_pv.h5"));
    writeFileSync(join(dir, "basic.h5"), readFileSync(`${DIR}/daily_basic.h5`).subarray(0, 5000));
    const some = cli("fields", dir);
    expect([some.status, some.stdout.includes("$close"), some.stderr.split("\n").length]).toEqual([
      0,
      true,
      2,
    ]);
    expect(some.stderr).toContain(`aistock-data: ${join(dir, "basic.h5")}: `);
    const none = scratchFolder();
    mkdirSync(join(none, "charts"));
    expect(cli("fields", none)).toMatchObject({ status: 1, stderr: `aistock-data: no table in ${none}\n` });
    writeFileSync(join(none, "daily_pv.h5"), "");
    expect(cli("fields", none)).toMatchObject({
      status: 1,
      stderr: `aistock-data: no table in ${none}\n  daily_pv.h5: the file is empty (0 bytes); write it again\n`,
    });
  });

  it("takes fields from several files and expressions, over a named universe", () => {
    const fields = "close,daily_basic.db_pe_ttm,Mean($close,5)/$close";
    const { status, stdout } = cli("window", DIR, "-u", "all", "-n", "1", "-f", fields, "--format", "csv");
    expect(status).toBe(0);
    const lines = stdout.trimEnd().split("\n");
    expect(lines[0]).toBe('datetime,instrument,close,daily_basic.db_pe_ttm,"Mean($close,5)/$close"');
    expect(lines.length).toBe(49);
    const explained = cli("window", DIR, "-n", "1", "-f", fields, "--explain").stdout;
    expect(explained).toContain("warm-up 4");
  });

  it("gives fields of a folder the names they are to have", () => {
    const fields = "m5=Mean($close,5),pe=daily_basic.db_pe_ttm,y=Ref($close,-1)/$close-1";
    const asked = ["window", DIR, "-n", "2", "-f", fields, "--labels", "y", "--format", "csv"];
    const { status, stdout, stderr } = cli(...asked, "--nan-policy", "ffill");
    expect([status, stdout.split("\n")[0]]).toEqual([0, "datetime,instrument,m5,pe,y"]);
    expect(stderr).toBe(
      'aistock-data: --nan-policy ffill leaves "y" as it is: labels, and what looks ahead, are not carried forward\n',
    );
    expect(cli(...asked, "--explain").stdout).toContain("× 3 columns");
  });

  it("lets labels look ahead, and says of other expressions that they do", () => {
    const label = "Ref($close,-2)/Ref($close,-1)-1";
    const asked = ["window", DIR, "-n", "1", "-f", `close,${label}`];
    expect(cli(...asked).stderr).toBe(
      `aistock-data: "${label}" looks ahead; if it is a label, name it in --labels\n`,
    );
    expect(cli(...asked, "--labels", label)).toMatchObject({ status: 0, stderr: "" });
    expect(cli("window", FILE, "--labels", label)).toMatchObject({
      status: 2,
      stderr: `aistock-data: --labels needs a snapshot folder; ${FILE} is one table\n`,
    });
    expect(cli("window", DIR, "--key", "data")).toMatchObject({
      status: 2,
      stderr: `aistock-data: --key needs an HDF5 file; ${DIR} is a snapshot folder\n`,
    });
  });

  it("answers SQL", () => {
    const query = 'select count(*) n, max("$close") top from daily_pv';
    expect(JSON.parse(cli("sql", DIR, query, "--format", "json").stdout)[0].n).toBe(9956);
    expect(cli("sql", DIR, "select nothing from nowhere").status).toBe(1);
  });

  it("lists the tables for SQL and describes one", () => {
    const tables = cli("sql", DIR, "SHOW TABLES", "--format", "csv").stdout.trimEnd().split("\n");
    expect(tables).toEqual([
      "name",
      "alpha158",
      "combined_factors_df",
      "daily_basic",
      "daily_pv",
      "moneyflow",
      "qlib_bin",
      "result_mom",
      "result_vol",
      "static_factors",
    ]);
    const described = cli("sql", DIR, "describe daily_pv").stdout;
    expect(described).toContain("instrument   ENUM          YES");
    expect(described).toContain("$close       FLOAT         YES");
  });

  it("asks one file in SQL, and one qlib folder", () => {
    const count = (path: string, table: string) =>
      cli("sql", path, `select count(*) from ${table}`, "--format", "csv").stdout;
    expect(count(FILE, "daily_pv")).toBe("count_star()\n9956\n");
    expect(count(FILE, "panel")).toBe("count_star()\n9956\n");
    expect(count(`${DIR}/qlib_bin`, "panel")).toBe("count_star()\n10316\n");
    expect(cli("sql", FILE, "show tables", "--format", "csv").stdout).toBe("name\ndaily_pv\npanel\n");
  });

  it("opens the bars of a qlib folder that --freq names, in each command that opens one table", () => {
    const minutes = join(folder, "minutes");
    const named = cli("convert", `${DIR}/qlib_bin`, minutes, "-c", "close", "--target-freq", "1min");
    expect(named.status).toBe(0);
    const out = join(folder, "minutes.csv");
    for (const args of [
      ["describe", minutes],
      ["window", minutes, "-n", "1"],
      ["window", minutes, "-n", "1", "-s", "2030-01-01"],
      ["window", minutes, "-n", "1", "-u", "all"],
      ["eval", minutes, "Mean($close,2)", "-u", "000004.SZ"],
      ["convert", minutes, out],
      ["sql", minutes, "select count(*) from panel"],
    ]) {
      expect(cli(...args, "--freq", "1min")).toMatchObject({ status: 0 });
    }
    expect(cli("describe", minutes)).toMatchObject({ status: 1, stdout: "" }); // there is no calendar "day"
    expect(cli("describe", FILE, "--freq", "1min")).toMatchObject({
      status: 2,
      stderr: `aistock-data: ${FILE}: the option "freq" is for a qlib folder, and this is a pandas HDF5 file; leave it out, the bars are those of the file\n`,
    });
    expect(cli("sql", DIR, "select 1", "--freq", "1min")).toMatchObject({
      status: 2,
      stderr: `aistock-data: --freq needs a qlib folder; ${DIR} is a snapshot folder\n`,
    });
  });

  it("takes a universe by the name of a list, in a snapshot and in a qlib folder", () => {
    const members = (path: string) => {
      const shown = cli("window", path, "-u", "csi8", "-f", "close", "-n", "1", "--format", "json").stdout;
      return JSON.parse(shown) as unknown[];
    };
    expect(members(`${DIR}/qlib_bin`).length).toBe(8);
    expect(members(DIR).length).toBe(8);
    for (const path of [DIR, `${DIR}/qlib_bin`]) {
      expect(cli("window", path, "-u", "csi9")).toMatchObject({
        status: 1,
        stderr:
          'aistock-data: universe "csi9" is neither an instrument list nor an instrument; the lists are all, csi8; did you mean "csi8"?\n',
      });
    }
    expect(cli("window", `${DIR}/qlib_bin`, "-u", "000004.SZ", "-n", "1").status).toBe(0);
  });

  it("evaluates on the members of a list on their day, with the values of the whole market", async () => {
    const provider = `${DIR}/qlib_bin`;
    const texts = ["m=Mean($close,20)", "r=CSRank($close)"];
    const shown = cli("eval", provider, ...texts, "-u", "csi8", "--format", "csv");
    expect(shown.status).toBe(0);
    const all = cli("eval", provider, ...texts, "--format", "csv").stdout.split("\n");
    const members = cli("window", provider, "-u", "csi8", "-f", "close", "--format", "csv").stdout.split(
      "\n",
    );
    const keyOf = (line: string) => line.split(",", 2).join(",");
    const keys = new Set(members.map(keyOf));
    expect(shown.stdout.split("\n")).toEqual(all.filter((line) => keys.has(keyOf(line))));
    expect(members.length).toBeLessThan(all.length / 2);
    for (const command of [["window"], ["eval", "$close"]]) {
      const both = cli(command[0]!, provider, ...command.slice(1), "-u", "csi8,SZ000004");
      expect(both).toMatchObject({
        status: 2,
        stderr: `aistock-data: universe: "csi8" is an instrument list of ${provider}; give it alone\n`,
      });
    }
    expect(cli("alpha158", provider, "--select", "KLEN", "-u", "csi9").stderr).toContain(
      "the lists are all, csi8",
    );
  });

  it("says where there are no rows what there is, and of whom", () => {
    const early = ["-s", "2001-01-01", "-e", "2001-12-31", "--format", "csv"];
    const stderr =
      "aistock-data: no rows between 2001-01-01 and 2001-12-31; the data span 2019-01-02 .. 2020-03-17\n";
    for (const args of [
      ["window", FILE],
      ["window", DIR],
      ["eval", FILE, "$close"],
    ])
      expect(cli(...args, ...early)).toMatchObject({ status: 0, stderr });
    const universe = ["-u", "000004.SZ,000005.SZ"];
    expect(cli("window", FILE, ...early, ...universe).stderr).toBe(
      stderr.replace("no rows", 'no rows of "000004.SZ", "000005.SZ"'),
    );
    expect(cli("window", FILE, "-s", "2020-01-02", "-e", "2020-01-01")).toMatchObject({
      status: 2,
      stderr: "aistock-data: start 2020-01-02 is after end 2020-01-01; give the earlier one as start\n",
    });
  });

  it("lists and clears the cache", () => {
    const cache = join(folder, "cache");
    expect(cli("cache", "list", "--folder", cache).stdout).toBe(`nothing cached in ${cache}\n`);
    expect(cli("cache", "clear", "--folder", cache).stdout).toBe("freed 0.0 MB\n");
    expect(cli("cache", "burn").status).toBe(2);
  });
});
