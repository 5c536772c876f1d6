// DuckDB's side of the table: node duckdb.js WORKLOAD.json
import { readFileSync } from "node:fs";
import { DuckDBInstance, version } from "@duckdb/node-api";
import { measureAsync, printReport, type Samples } from "../measure.js";
import type { Workload } from "../workload.js";

const work = JSON.parse(readFileSync(process.argv[2]!, "utf8")) as Workload;
const connection = await (await DuckDBInstance.create(":memory:")).connect();
// A table sorted by the key, so that DuckDB skips row groups by date; instruments as an enum, compared by number.
await connection.run(
  `create type code as enum (select distinct instrument from read_parquet('${work.parquet}') order by 1)`,
);
for (const [name, file] of [
  ["market", work.parquet],
  ["factor", work.factorParquet],
]) {
  await connection.run(
    `create table ${name} as select * replace (instrument::code as instrument) from read_parquet('${file}')`,
  );
}
await connection.run("create table universe (instrument code)");
for (const code of work.universe) await connection.run(`insert into universe values ('${code}')`);

/** A prepared query whose result is read as columns; `into` is what is asked as long as the table is big. */
async function ask(form: string, sql: string): Promise<Samples> {
  const prepared = await connection.prepare(sql);
  return measureAsync(form, async () => (await prepared.runAndReadAll()).getColumns());
}
/** Whole-table answers stay in DuckDB, as a table. */
async function make(form: string, sql: string): Promise<Samples> {
  return measureAsync(form, () => connection.run(`create or replace temp table answer as ${sql}`));
}

const { start, end, instruments, session } = work;
const range = `datetime between timestamp '${start}' and timestamp '${end}'`;
const cells = '"$open", "$close", "$high", "$low", "$volume", "$factor"';
const key = "datetime, instrument";
const tasks: Record<string, Samples> = {
  window: await ask(
    "prepared select from a sorted table, semi join with the universe",
    `select ${key}, "$close", "$volume" from market where ${range} and instrument in (select instrument from universe)`,
  ),
  "window-all-2": await ask(
    "prepared select by date",
    `select ${key}, "$close", "$volume" from market where ${range}`,
  ),
  series: await ask(
    "prepared select by instrument (enum)",
    `select datetime, ${cells} from market where instrument = '${instruments[0]}'`,
  ),
  "cross-section": await ask(
    "prepared select by date",
    `select instrument, ${cells} from market where datetime = timestamp '${session}'`,
  ),
  rolling: await make(
    "avg over (partition by instrument order by datetime rows 19 preceding), into a table",
    `select ${key}, avg("$close") over (partition by instrument order by datetime rows between 19 preceding and current row) as mean from market`,
  ),
  "join-left": await make(
    "left join using (datetime, instrument), into a table",
    `select * from market left join factor using (${key})`,
  ),
  "join-inner": await make("inner join, into a table", `select * from market join factor using (${key})`),
};
printReport({ version: version(), tasks });
