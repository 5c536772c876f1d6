import { isRecord, numberOf, parseRecord, textOf } from "../catalogues/catalogue-record.js";
import type { WorkspaceFolder } from "./workspace-folder.js";

/** A backtest's account by session. */
export interface Equity {
  readonly dates: readonly string[];
  /** The account over its first value. */
  readonly values: readonly number[];
}

const SIZE = { width: 900, height: 360 };

/** The charts of a workspace's backtest, by their names; none where ret_schema.json does not hold its returns. */
export async function returnCharts(folder: WorkspaceFolder): Promise<ReadonlyMap<string, string>> {
  const equity = folder.has("ret_schema.json") ? equityOf(folder.text("ret_schema.json")) : undefined;
  if (!equity) return new Map();
  const [{ linesChart }, { drawChart }] = await Promise.all([
    import("../../report/charts/lines.js"),
    import("../../report/charts/draw-chart.js"),
  ]);
  const { dates: x, values } = equity;
  const span = `${x[0]} to ${x.at(-1)}`;
  const drawdown = linesChart({
    label: `Drawdown, ${span}`,
    x,
    lines: [{ name: "drawdown", values: drawdownOf(values), area: true }],
    unit: "percent",
  });
  const curve = linesChart({
    label: `Equity over its first value, ${span}`,
    x,
    lines: [{ name: "equity", values }],
  });
  return new Map([
    ["ret_curve.svg", await drawChart(curve, SIZE, "light")],
    ["dd_curve.svg", await drawChart(drawdown, SIZE, "light")],
  ]);
}

/** pandas' `orient="table"` of qlib's report: the account where it is there, else the returns one after the other. */
export function equityOf(text: string): Equity | undefined {
  let table: unknown;
  try {
    table = parseRecord(text);
  } catch {
    return undefined;
  }
  const data = isRecord(table) ? table.data : undefined;
  const rows = Array.isArray(data) ? data.filter(isRecord) : [];
  const dates: string[] = [];
  const values: number[] = [];
  let equity = 1;
  let first: number | undefined;
  for (const row of rows) {
    const date = textOf(row, "datetime") ?? textOf(row, "date") ?? textOf(row, "index");
    const account = numberOf(row, "account");
    const gain = numberOf(row, "return");
    if (date === undefined || (account === undefined && gain === undefined)) continue;
    first ??= account;
    equity *= 1 + (gain ?? 0) - (numberOf(row, "cost") ?? 0);
    dates.push(date.slice(0, 10));
    values.push(account !== undefined && first ? account / first : equity);
  }
  return dates.length > 1 ? { dates, values } : undefined;
}

/** How far below its highest value so far the account is: 0 or less. */
export function drawdownOf(values: readonly number[]): number[] {
  let highest = Number.NEGATIVE_INFINITY;
  return values.map((value) => {
    highest = Math.max(highest, value);
    return value / highest - 1;
  });
}
