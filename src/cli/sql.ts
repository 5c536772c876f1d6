import { Command } from "commander";
import { openSnapshot } from "../snapshot/open-snapshot.js";
import { formatOption, type OutputFormat } from "./options.js";
import { writeColumns } from "./output.js";

export function sqlCommand(): Command {
  return new Command("sql")
    .summary("one SQL query over a snapshot folder")
    .description(
      "Runs a query in DuckDB's SQL with every file of the folder as a table of its name (daily_pv, daily_basic, …),\n" +
        'each with datetime and instrument. Names with $ are quoted: select "$close" from daily_pv.',
    )
    .argument("<dir>", "a snapshot folder")
    .argument("<query>", "the query; quote it, the shell would take $close")
    .addOption(formatOption())
    .action(async (dir: string, query: string, { format }: { format: OutputFormat }) => {
      const snapshot = await openSnapshot(dir);
      const result = await snapshot.sql(query);
      const columns = result.columnNames.map((name) => [name, result.column(name)] as const);
      await writeColumns(columns, result.rowCount, format);
    });
}
