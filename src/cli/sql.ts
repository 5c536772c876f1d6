import { Command, Option } from "commander";
import { Column } from "../columns/column.js";
import { openPanel } from "../open/open-panel.js";
import { openSnapshot } from "../snapshot/open-snapshot.js";
import { LEAST_BYTES, LONGEST_MS } from "../sql/query-limits.js";
import { isSnapshot } from "./folder.js";
import { untilInterrupted } from "./interrupt.js";
import { type OpeningOptions, openingOf, refuseOpening, withOpening } from "./opening.js";
import { countBetween, formatOption, freqOption, keyOption, type OutputFormat } from "./options.js";
import { writeColumns } from "./output.js";

const BYTES_PER_MB = 1024 * 1024;

interface SqlCommandOptions extends OpeningOptions {
  readonly key?: string;
  readonly freq?: string;
  readonly format: OutputFormat;
  readonly timeout?: number;
  readonly memory?: number;
}

export function sqlCommand(): Command {
  return withOpening(
    new Command("sql")
      .summary("run one SQL query over a file or a snapshot folder")
      .description(
        "Runs a query in DuckDB's SQL. Every file of a folder is a table of its name (daily_pv, daily_basic, …); a single " +
          "file is also the table panel. Each has datetime and instrument. Try show tables or describe daily_pv. Names with " +
          '$ are quoted: select "$close" from daily_pv. Ctrl-C stops the query.',
      )
      .argument("<path>", "a snapshot folder, or a file or qlib folder")
      .argument("<query>", "the query; use single quotes, or the shell expands $close")
      .addOption(keyOption())
      .addOption(freqOption())
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
      .action(async (path: string, query: string, options: SqlCommandOptions, command: Command) => {
        const { key, freq, format, timeout, memory } = options;
        const isFolder = isSnapshot(path);
        if (isFolder && (key !== undefined || freq !== undefined)) {
          const [name, kind] = key === undefined ? ["freq", "a qlib folder"] : ["key", "an HDF5 file"];
          command.error(`error: --${name} needs ${kind}; ${path} is a snapshot folder`);
        }
        if (isFolder) refuseOpening(command, options, path);
        const tables = isFolder
          ? await openSnapshot(path)
          : await openPanel(path, { ...openingOf(options), key, freq });
        const result = await untilInterrupted((signal) =>
          tables.sql(query, {
            signal,
            timeoutMs: timeout && 1000 * timeout,
            memoryLimit: memory && memory * BYTES_PER_MB,
          }),
        );
        const columns = result.columnNames.map((name) => [name, printed(name, result.column(name))] as const);
        await writeColumns(columns, result.rowCount, format);
      }),
  );
}

/** DESCRIBE spells the type of instruments with every code. */
function printed(name: string, column: Column): Column {
  if (name !== "column_type" || column.type !== "string") return column;
  const types = (column.values as (string | null)[]).map(
    (type) => type?.replace(/^ENUM\(.*\)$/s, "ENUM") ?? null,
  );
  return Column.of("string", types);
}
