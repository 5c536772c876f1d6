import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { Column } from "../src/columns/column.js";
import { writeTable } from "../src/formats/write.js";
import { PanelIndex } from "../src/keys/panel-index.js";
import { Panel } from "../src/panel/panel.js";
import { formatNs } from "../src/time.js";
import { type MarketSize, makeMarket } from "./market.js";
import { Random } from "./random.js";

/** The files and requests of a run; every peer gets the same. */
export interface Workload {
  readonly size: MarketSize;
  readonly rows: number;
  /** The market in each form that somebody reads: pandas fixed HDF5, Parquet, Arrow. */
  readonly h5: string;
  readonly parquet: string;
  readonly arrow: string;
  /** A factor of half the market's rows, one float64 column `factor_1`, in the same forms. */
  readonly factorH5: string;
  readonly factorParquet: string;
  readonly factorArrow: string;
  readonly factorRows: number;
  /** 300 instruments, some delisted. */
  readonly universe: readonly string[];
  /** The first and the last of 60 sessions near the end. */
  readonly start: string;
  readonly end: string;
  /**
   * Instruments to take whole histories of, in turn, more than an index remembers; the first is the one of the
   * single-instrument task, and 300 in a row are another universe.
   */
  readonly instruments: readonly string[];
  readonly session: string;
}

/** Generated files are kept here between runs; they may be deleted at any time. */
export function benchFolder(): string {
  const folder = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "aistock-data-bench");
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** Changes when the generated files would. */
const VERSION = 4;

/** The workload of a size; its files are generated when they are not there yet. */
export async function prepareWorkload(size: MarketSize): Promise<Workload> {
  const folder = join(benchFolder(), `v${VERSION}-${size.instruments}x${size.sessions}`);
  const description = join(folder, "workload.json");
  if (existsSync(description)) return JSON.parse(readFileSync(description, "utf8")) as Workload;
  mkdirSync(folder, { recursive: true });
  const market = makeMarket(size);
  const factor = makeFactor(market);
  const inFolder = (name: string) => join(folder, name);
  const files = {
    h5: inFolder("daily_pv.h5"),
    parquet: inFolder("daily_pv.parquet"),
    arrow: inFolder("daily_pv.arrow"),
    factorH5: inFolder("result.h5"),
    factorParquet: inFolder("result.parquet"),
    factorArrow: inFolder("result.arrow"),
  };
  for (const [path, panel] of [
    [files.h5, market],
    [files.parquet, market],
    [files.arrow, market],
    [files.factorH5, factor],
    [files.factorParquet, factor],
    [files.factorArrow, factor],
  ] as const) {
    const columns = new Map(panel.columnNames.map((name) => [name, panel.column(name)]));
    await writeTable(path, { keys: panel.index, columns });
  }
  const workload = {
    size,
    rows: market.rowCount,
    factorRows: factor.rowCount,
    ...files,
    ...requests(market),
  };
  writeFileSync(description, JSON.stringify(workload));
  return workload;
}

function requests(market: Panel): Pick<Workload, "universe" | "start" | "end" | "instruments" | "session"> {
  const { index } = market;
  const random = new Random(300);
  const universe = new Set<string>();
  const draw = () => index.instruments[random.integer(0, index.instruments.length)]!;
  while (universe.size < Math.min(300, index.instruments.length)) universe.add(draw());
  const date = (session: number) => formatNs(index.datetimes[session]!);
  const last = index.sessionCount - 40;
  // Listed before the window and still there, as a caller would ask for.
  const alive = market.crossSection(date(last - 60)).index.usedInstruments();
  const instruments = Array.from({ length: 600 }, () => alive[random.integer(0, alive.length)]!);
  return {
    universe: [...universe],
    start: date(last - 60),
    end: date(last - 1),
    instruments,
    session: date(last),
  };
}

/** About half of the market's rows, drawn at random, with one float64 column. */
export function makeFactor(market: Panel): Panel {
  const random = new Random(11);
  const { index } = market;
  const rows = new Int32Array(market.rowCount);
  const offsets = new Uint32Array(index.sessionCount + 1);
  let count = 0;
  for (let s = 0; s < index.sessionCount; s++) {
    const end = index.startOf(s + 1);
    for (let row = index.startOf(s); row < end; row++) {
      if (row === index.startOf(s) || random.bits() & 1) rows[count++] = row;
    }
    offsets[s + 1] = count;
  }
  const codes = rows.subarray(0, count).map((row) => index.codes[row]!);
  const cells = Float64Array.from({ length: count }, () => random.normal());
  const { datetimes, instruments } = index;
  return new Panel(
    new PanelIndex({ datetimes, instruments, offsets, codes }),
    new Map([["factor_1", Column.of("float64", cells)]]),
    { source: "the generated factor" },
  );
}
