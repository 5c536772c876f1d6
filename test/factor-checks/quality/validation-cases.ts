import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { openPanel, type Panel, panelFromColumns } from "#src/index.js";
import { sharedFixtures } from "../../shared-fixtures.js";

/** The folder of references by alphalens, qlib and pandas, where it is. */
export const references = sharedFixtures("validation");
const snapshot = sharedFixtures("snapshot");

export function readJson<T>(name: string): T {
  return JSON.parse(readFileSync(join(references!, name), "utf8")) as T;
}

/** A CSV of numbers with the session first: its columns by name. */
export function readSeries(name: string): { sessions: string[]; columns: Map<string, number[]> } {
  const [header, ...lines] = gunzipSync(readFileSync(join(references!, name)))
    .toString("utf8")
    .trim()
    .split("\n");
  const rows = lines.map((line) => line.split(","));
  const names = header!.split(",");
  const columns = new Map(
    names
      .slice(1)
      .map((column, k) => [column, rows.map((row) => (row[k + 1] === "" ? Number.NaN : Number(row[k + 1])))]),
  );
  return { sessions: rows.map((row) => row[0]!), columns };
}

/** `"NaN"` and the infinities of the references as numbers. */
export function num(value: number | string): number {
  return typeof value === "number" ? value : Number(value);
}

const opened = new Map<string, Promise<Panel>>();
function open(path: string): Promise<Panel> {
  const known = opened.get(path) ?? openPanel(path);
  opened.set(path, known);
  return known;
}

export const market = (): Promise<Panel> => open(join(snapshot!, "daily_pv.h5"));
export const made = (): Promise<Panel> => open(join(references!, "factors.h5"));

/** One column with other cells: `cell` gets the row's number. */
function mapped(panel: Panel, name: string, cell: (row: number) => number): Panel {
  return panel
    .select([])
    .withColumns({ [name]: Float64Array.from({ length: panel.rowCount }, (_, row) => cell(row)) });
}

/** -(close / close of the instrument's fifth row before - 1), in float64. */
async function reversal(): Promise<Panel> {
  const panel = await market();
  const { codes } = panel.index;
  const close = panel.column("close").floats();
  const rows = new Map<number, number[]>();
  return mapped(panel, "rev_5", (row) => {
    const own = rows.get(codes[row]!) ?? [];
    rows.set(codes[row]!, own);
    own.push(row);
    return own.length > 5 ? -(close[row]! / close[own.at(-6)!]! - 1) : Number.NaN;
  });
}

/** A factor of cases.json as a panel of one column. */
export async function factorOf(name: string): Promise<Panel> {
  const momentum = async () => (await open(join(snapshot!, "result_mom.h5"))).select(["mom_10d"]);
  const cells = async () => (await momentum()).column("mom_10d").floats();
  const sessionsOf = async (keep: (session: number, text: string, before: string) => boolean) => {
    const panel = await momentum();
    const texts = Array.from(panel.index.datetimes, (ns) => new Date(Number(ns / 1_000_000n)).toISOString());
    const kept = texts.map((text, s) => keep(s, text, texts[s - 1] ?? ""));
    return panel.filter(
      Uint8Array.from({ length: panel.rowCount }, (_, row) => (kept[panel.index.sessionOf(row)] ? 1 : 0)),
    );
  };
  switch (name) {
    case "mom_10d":
      return momentum();
    case "vol_20d":
      return (await open(join(snapshot!, "result_vol.h5"))).select(["vol_20d"]);
    case "rev_5":
      return reversal();
    case "turn_20":
    case "cs_z":
      return (await made()).select([name]);
    case "sign_mom": {
      const x = await cells();
      return mapped(await momentum(), name, (row) => Math.sign(x[row]!));
    }
    case "mf_net": {
      const panel = await open(join(snapshot!, "moneyflow.h5"));
      const x = panel.column("mf_net_amt").floats();
      return mapped(panel, name, (row) => x[row]! / 1e6);
    }
    case "size": {
      const panel = await open(join(snapshot!, "daily_basic.h5"));
      const x = panel.column("db_total_mv").floats();
      return mapped(panel, name, (row) => Math.log(x[row]!));
    }
    case "constant":
      return mapped(await market(), name, () => 1);
    case "sparse": {
      const panel = await reversal();
      const x = panel.column("rev_5").floats();
      return mapped(panel, name, (row) => (row % 5 === 0 ? x[row]! : Number.NaN));
    }
    case "with_inf": {
      const x = await cells();
      const infinite = (row: number) => (row % 41 === 0 ? -Infinity : row % 37 === 0 ? Infinity : x[row]!);
      return mapped(await momentum(), name, infinite);
    }
    case "monthly":
      return sessionsOf((_, text, before) => text.slice(0, 7) !== before.slice(0, 7));
    case "last120": {
      const count = (await momentum()).index.sessionCount;
      return sessionsOf((s) => s >= count - 120);
    }
    case "hole":
      return sessionsOf((s) => s !== 100);
    default:
      return (await open(join(snapshot!, "alpha158.h5"))).select([name]);
  }
}

/** A panel again with its sessions elsewhere in time, or in a zone. */
export function shifted(panel: Panel, byDays: bigint): Panel {
  const { index } = panel;
  const datetime = BigInt64Array.from({ length: panel.rowCount }, (_, row) => {
    return index.datetimes[index.sessionOf(row)]! + byDays * 86_400_000_000_000n;
  });
  const instrument = Array.from(index.codes, (code) => index.instruments[code]!);
  const columns = Object.fromEntries(panel.columnNames.map((name) => [name, panel.column(name).floats()]));
  return panelFromColumns({ datetime, instrument, columns });
}
