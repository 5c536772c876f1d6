import { Command, Option } from "commander";
import { openSnapshot } from "../snapshot/open-snapshot.js";
import { LEAST_BYTES, LONGEST_MS } from "../sql/query-limits.js";
import { countBetween, formatOption, type OutputFormat } from "./options.js";
import { writeColumns } from "./output.js";

const BYTES_PER_MB = 1024 * 1024;

interface SqlCommandOptions {
  readonly format: OutputFormat;
  readonly timeout?: number;
  readonly memory?: number;
}

export function sqlCommand(): Command {
  return new Command("sql")
    .summary("one SQL query over a snapshot folder")
    .description(
      "Runs a query in DuckDB's SQL with every file of the folder as a table of its name (daily_pv, daily_basic, …),\n" +
        'each with datetime and instrument. Names with $ are quoted: select "$close" from daily_pv. Ctrl-C stops it.',
    )
    .argument("<dir>", "a snapshot folder")
    .argument("<query>", "the query; quote it, the shell would take $close")
    .addOption(
      new Option("--timeout <seconds>", "stop the query after this time").argParser(
        countBetween(1, Math.floor(LONGEST_MS / 1000)),
      ),
    )
    .addOption(
      new Option(
        "--memory <megabytes>",
        "memory the query may use before it goes to temporary files (default: half of the machine's)",
      ).argParser(countBetween(LEAST_BYTES / BYTES_PER_MB, Number.POSITIVE_INFINITY)),
    )
    .addOption(formatOption())
    .action(async (dir: string, query: string, { format, timeout, memory }: SqlCommandOptions) => {
      const snapshot = await openSnapshot(dir);
      const result = await untilInterrupted((signal) =>
        snapshot.sql(query, {
          signal,
          timeoutMs: timeout && 1000 * timeout,
          memoryLimit: memory && memory * BYTES_PER_MB,
        }),
      );
      const columns = result.columnNames.map((name) => [name, result.column(name)] as const);
      await writeColumns(columns, result.rowCount, format);
    });
}

/** Runs `use` with a signal that Ctrl-C aborts, so that temporary files go; a second Ctrl-C ends the process. */
async function untilInterrupted<T>(use: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const stop = (): void => controller.abort();
  process.once("SIGINT", stop);
  try {
    return await use(controller.signal);
  } finally {
    process.off("SIGINT", stop);
  }
}
