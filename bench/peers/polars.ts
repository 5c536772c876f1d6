// polars' side of the table (nodejs-polars): node polars.js WORKLOAD.json
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import pl from "nodejs-polars";
import { measure, printReport, type Samples } from "../measure.js";
import type { Workload } from "../workload.js";

const { version } = createRequire(import.meta.url)("nodejs-polars/package.json") as { version: string };
const work = JSON.parse(readFileSync(process.argv[2]!, "utf8")) as Workload;
const market = pl.readParquet(work.parquet);
const factor = pl.readParquet(work.factorParquet);
const codes = [...work.universe];
const time = (day: string) => pl.lit(new Date(`${day}T00:00:00Z`)).cast(pl.Datetime("ns"));
const inRange = pl
  .col("datetime")
  .gtEq(time(work.start))
  .and(pl.col("datetime").ltEq(time(work.end)));
const window = (fields: string[]) => market.filter(inRange).select(...fields);

const form = "eager filter by date";
const tasks: Record<string, Samples> = {
  window: measure(`${form}, then isIn; columns as typed arrays`, () => {
    const part = market.filter(inRange).filter(pl.col("instrument").isIn(codes));
    return [part.getColumn("$close").toTypedArray(), part.getColumn("$volume").toTypedArray()];
  }),
  "window-all-2": measure(form, () => {
    const part = window(["$close", "$volume"]);
    return [part.getColumn("$close").toTypedArray(), part.getColumn("$volume").toTypedArray()];
  }),
  series: measure("eager filter by instrument", () =>
    market.filter(pl.col("instrument").eq(pl.lit(work.instruments[0]!))),
  ),
  "cross-section": measure(form, () => market.filter(pl.col("datetime").eq(time(work.session)))),
  rolling: measure("rollingMean(20, minPeriods 1).over(instrument)", () =>
    market.select(pl.col("$close").rollingMean({ windowSize: 20, minPeriods: 1 }).over("instrument")),
  ),
  "join-left": measure("market.join(factor, { how: left })", () =>
    market.join(factor, { on: ["datetime", "instrument"], how: "left" }),
  ),
  "join-inner": measure("market.join(factor, { how: inner })", () =>
    market.join(factor, { on: ["datetime", "instrument"], how: "inner" }),
  ),
  // Its pivot takes 20 s at 2.4 million rows.
  ...(work.rows < 3_000_000 && {
    unstack: measure('pivot("$close", index datetime, columns instrument)', () =>
      market.pivot("$close", { index: "datetime", on: "instrument", aggregateFunc: "first" }),
    ),
  }),
};
printReport({ version, tasks });
