import { existsSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import type { ColumnSource } from "../../columns/table.js";
import { DataServiceError } from "../../errors.js";
import { accessing } from "../../files/file-access.js";
import type { PlainData } from "../../formats/pickle/plain-data.js";
import { openPickle } from "../../open/open-pickle.js";
import { parseTimeNs } from "../../time.js";
import { DailyTable } from "../replay/daily-table.js";

/** What a recorded run held of an instrument at the end of a day. */
export interface RecordedPosition {
  readonly amount: number;
  readonly price: number;
}

/** A backtest that somebody ran before: its daily report, and its positions where they are there. */
export interface Recorded {
  /** How messages name it. */
  readonly label: string;
  /** Columns as qlib names them; some may be missing. */
  readonly report: DailyTable;
  /** By session, what was held by code; as the recorded run spells it. */
  readonly positions?: ReadonlyMap<bigint, ReadonlyMap<string, RecordedPosition>> | undefined;
}

/** Where a folder of RD-Agent or qlib's recorder has them. */
const REPORTS = ["ret.pkl", "artifacts/portfolio_analysis/report_normal_1day.pkl", "report_normal_1day.pkl"];
const POSITIONS = ["positions_normal_1day.pkl", "artifacts/portfolio_analysis/positions_normal_1day.pkl"];

/**
 * Opens what qlib or RD-Agent recorded of a backtest: `ret.pkl` or `report_normal_1day.pkl`, or the folder that has it,
 * with `positions_normal_1day.pkl` where that lies in the same folder or among its artifacts.
 * @throws DataServiceError not-found, unsupported, corrupt
 */
export async function openRecorded(path: string): Promise<Recorded> {
  const isFolder = accessing(path, () => statSync(path)).isDirectory();
  const folder = isFolder ? path : dirname(path);
  const report = isFolder ? firstOf(folder, REPORTS) : path;
  if (report === undefined) {
    throw new DataServiceError("not-found", `${path}: none of ${REPORTS.join(", ")} is in it`, { path });
  }
  const positions = firstOf(folder, POSITIONS);
  return {
    label: report,
    report: await openReport(report),
    ...(positions !== undefined && { positions: await openPositions(positions) }),
  };
}

function firstOf(folder: string, names: readonly string[]): string | undefined {
  return names.map((name) => join(folder, name)).find((path) => existsSync(path));
}

/** The pickled frame of a daily report as a table of numbers. @throws DataServiceError unsupported */
export async function openReport(path: string): Promise<DailyTable> {
  const opened = await openPickle(path);
  const [dates, ...columns] = opened.kind === "table" ? [...opened.columns] : [];
  if (dates?.[1].type !== "datetime") {
    throw new DataServiceError("unsupported", `${path}: no daily report; it is a frame indexed by date`, {
      path,
    });
  }
  const datetimes = dates[1].read(0, dates[1].length).values as BigInt64Array;
  return new DailyTable(
    datetimes,
    new Map(columns.map(([name, column]): [string, Float64Array] => [name, numbersOf(column)])),
  );
}

function numbersOf(column: ColumnSource): Float64Array {
  const { values } = column.read(0, column.length);
  return Float64Array.from({ length: column.length }, (_, row) => Number(values[row] ?? Number.NaN));
}

async function openPositions(path: string): Promise<Map<bigint, Map<string, RecordedPosition>>> {
  const opened = await openPickle(path);
  const days = opened.kind === "data" ? entriesOf(opened.data) : [];
  return new Map(
    days.map(([date, day]) => {
      const stocks = entriesOf(entriesOf(day).find(([name]) => name === "stocks")?.[1]);
      return [parseTimeNs(date, path), new Map(stocks.map(([code, cells]) => [code, positionOf(cells)]))];
    }),
  );
}

function positionOf(cells: PlainData): RecordedPosition {
  const own = new Map(entriesOf(cells));
  return { amount: Number(own.get("amount")), price: Number(own.get("price")) };
}

function entriesOf(data: PlainData | undefined): [string, PlainData][] {
  const isDict = typeof data === "object" && data !== null && !Array.isArray(data);
  return isDict ? Object.entries(data as { readonly [key: string]: PlainData }) : [];
}
