// arquero's side of the table: node arquero.js WORKLOAD.json
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fromArrow, escape as rowTest } from "arquero";
import { measure, printReport, type Samples } from "../measure.js";
import type { Workload } from "../workload.js";

const { version } = createRequire(import.meta.url)("arquero/package.json") as { version: string };
const work = JSON.parse(readFileSync(process.argv[2]!, "utf8")) as Workload;
const market = fromArrow(readFileSync(work.arrow));
const factor = fromArrow(readFileSync(work.factorArrow));
const codes = new Set(work.universe);
// arquero reads timestamps as milliseconds.
const [first, last, day] = [work.start, work.end, work.session].map((text) =>
  Date.parse(`${text}T00:00:00Z`),
) as [number, number, number];
type Row = { datetime: number; instrument: string };

const tasks: Record<string, Samples> = {
  window: measure("table.filter(escape(date range && set.has(code))).array()", () => {
    const part = market.filter(
      rowTest((row: Row) => row.datetime >= first && row.datetime <= last && codes.has(row.instrument)),
    );
    return [part.array("$close"), part.array("$volume")];
  }),
  "window-all-2": measure("table.filter(escape(date range)).array()", () => {
    const part = market.filter(rowTest((row: Row) => row.datetime >= first && row.datetime <= last));
    return [part.array("$close"), part.array("$volume")];
  }),
  series: measure("table.filter(escape(code)).array()", () => {
    const part = market.filter(rowTest((row: Row) => row.instrument === work.instruments[0]));
    return part.columnNames().map((name) => part.array(name));
  }),
  "cross-section": measure("table.filter(escape(date)).array()", () => {
    const part = market.filter(rowTest((row: Row) => row.datetime === day));
    return part.columnNames().map((name) => part.array(name));
  }),
  // Only at a size where it ends: its joins hash a string a row.
  ...(work.rows < 3_000_000 && {
    "join-left": measure("market.join_left(factor, key)", () =>
      market.join_left(factor, ["datetime", "instrument"]),
    ),
    "join-inner": measure("market.join(factor, key)", () => market.join(factor, ["datetime", "instrument"])),
  }),
};
printReport({ version, tasks });
