import { Column } from "../../columns/column.js";
import { isNumeric } from "../../columns/floats.js";
import { instrumentSpans } from "../../keys/instrument-spans.js";
import { setOwn } from "../../names/set-own.js";
import { panelFromColumns } from "../../open/panel-from-columns.js";
import type { Panel } from "../../panel/panel.js";

/** Prices that adjustment changes; volumes are the other way round. */
const PRICES = ["open", "high", "low", "close", "vwap"];

/** A market on prices without forward adjustment: divided by `$factor`, volume multiplied; undefined without `$factor`. */
export function unadjusted(market: Panel): Panel | undefined {
  if (!market.hasField("factor")) return undefined;
  const factor = market.column("factor").floats();
  const columns: Record<string, Column> = {};
  const change = (name: string, cell: (value: number, f: number) => number) => {
    if (!market.hasField(name)) return;
    const cells = market.column(name).floats().slice();
    for (let row = 0; row < cells.length; row++) cells[row] = cell(cells[row]!, factor[row]!);
    columns[market.fieldName(name)] = Column.of(cells instanceof Float32Array ? "float32" : "float64", cells);
  };
  for (const name of PRICES) change(name, (value, f) => value / f);
  change("volume", (value, f) => value * f);
  change("factor", (value) => (Number.isNaN(value) ? value : 1));
  return market.withColumns(columns);
}

/** A market with a row for each session from an instrument's first to its last; undefined where it has them already. */
export function calendarRows(market: Panel): Panel | undefined {
  const { index } = market;
  const { first, last } = instrumentSpans(index);
  const [sessions, codes]: [number[], number[]] = [[], []];
  for (let s = 0; s < index.sessionCount; s++) {
    for (let code = 0; code < first.length; code++) {
      if (first[code]! < 0 || s < first[code]! || s > last[code]!) continue;
      sessions.push(s);
      codes.push(code);
    }
  }
  if (sessions.length === index.rowCount) return undefined;
  const rows = sessions.map((s, k) => index.rowOf(s, codes[k]!));
  const columns: Record<string, Float32Array | Float64Array> = {};
  for (const name of market.columnNames) {
    const column = market.column(name);
    if (!isNumeric(column.type)) continue;
    const cells = column.floats();
    const filled =
      cells instanceof Float32Array ? new Float32Array(rows.length) : new Float64Array(rows.length);
    for (const [k, row] of rows.entries()) filled[k] = row < 0 ? Number.NaN : cells[row]!;
    setOwn(columns, name, filled);
  }
  return panelFromColumns({
    datetime: BigInt64Array.from(sessions, (s) => index.datetimes[s]!),
    instrument: codes.map((code) => index.instruments[code]!),
    columns,
  });
}
