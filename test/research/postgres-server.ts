import { type SpawnSyncReturns, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";

const ROOT = "/usr/lib/postgresql";

/** A PostgreSQL of this machine's own, in a folder, that answers on a socket in it alone. */
export interface PostgresServer {
  /** A `postgres://` address of a database; `admin` may make others. */
  readonly address: (database: string, user?: string) => string;
  readonly psql: (sql: string, database?: string) => void;
  readonly stop: () => void;
}

/** Starts one as the user postgres, as it refuses to run as root; undefined where Debian's package is not installed. */
export function startPostgres(folder: string): PostgresServer | undefined {
  const bin = existsSync(ROOT)
    ? readdirSync(ROOT)
        .map((version) => join(ROOT, version, "bin"))
        .find((path) => existsSync(join(path, "initdb")))
    : undefined;
  if (bin === undefined) return undefined;
  const isRoot = process.getuid?.() === 0;
  const own = join(folder, "postgres");
  mkdirSync(own);
  chmodSync(folder, 0o755);
  if (isRoot) check(spawnSync("chown", ["postgres:postgres", own]));
  const run = (...command: string[]) =>
    check(
      isRoot
        ? spawnSync("runuser", ["-u", "postgres", "--", ...command], { encoding: "utf8", cwd: own })
        : spawnSync(command[0]!, command.slice(1), { encoding: "utf8", cwd: own }),
    );
  const data = join(own, "data");
  run(
    join(bin, "initdb"),
    "-D",
    data,
    "-U",
    "admin",
    "--auth=trust",
    "--no-sync",
    "-E",
    "UTF8",
    "--locale=C.UTF-8",
  );
  const options = `-c listen_addresses= -c unix_socket_directories=${own} -c fsync=off`;
  run(join(bin, "pg_ctl"), "-D", data, "-w", "-l", join(own, "log"), "-o", options, "start");
  return {
    address: (database, user = "admin") => `postgres://${user}@/${database}?host=${encodeURIComponent(own)}`,
    psql: (sql, database = "postgres") =>
      void run(
        join(bin, "psql"),
        "-h",
        own,
        "-U",
        "admin",
        "-v",
        "ON_ERROR_STOP=1",
        "-d",
        database,
        "-c",
        sql,
      ),
    stop: () => void run(join(bin, "pg_ctl"), "-D", data, "-m", "immediate", "stop"),
  };
}

function check(result: SpawnSyncReturns<string | Buffer>): void {
  if (result.status !== 0) throw new Error(`${result.error?.message ?? ""}${String(result.stderr)}`);
}
