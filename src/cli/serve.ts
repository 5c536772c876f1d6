import { once } from "node:events";
import { Command, Option } from "commander";
import { DataServiceError } from "../errors.js";
import { parsePathMap } from "../research/path-map.js";
import type { Store } from "../research/store/store.js";
import { countBetween } from "./options.js";
import { packageVersion } from "./package-version.js";
import { mapPathOption } from "./serve-results.js";
import { say } from "./tell.js";

interface ServeOptions {
  readonly store: string;
  readonly snapshot?: string;
  readonly port: number;
  readonly host: string;
  readonly token?: string;
  readonly root?: string[];
  readonly package?: string;
  readonly mapPath?: string[];
}

export function serveCommand(): Command {
  return new Command("serve")
    .summary("the research library in the browser")
    .description(
      "Serves the pages of a store: factors, strategies, experiments, models, compared and marked, in English and Chinese. They " +
        "keep working while research is away. Other addresses than this machine's need a token, which is printed. Ctrl-C ends it.",
    )
    .requiredOption("--store <store>", "an SQLite file, or a postgres:// URL")
    .option("--snapshot <folder>", "the snapshot whose values may be shown")
    .option("--root <folder...>", "folders whose files may be shown where the store names them")
    .option("--package <folder>", "the factor package (the folder with VERSION) whose source may be shown")
    .addOption(mapPathOption())
    .addOption(new Option("--port <port>", "0 takes any").argParser(countBetween(0, 65535)).default(4870))
    .option("--host <address>", "other addresses let other machines ask, with a token", "127.0.0.1")
    .addOption(new Option("--token <text>", "asked of every request").env("AISTOCK_DATA_TOKEN"))
    .action(serve);
}

async function serve(options: ServeOptions): Promise<void> {
  const { store: address, root = [], snapshot, package: factorPackage, mapPath = [], ...rest } = options;
  const [{ openStore }, { serveLibrary }] = await Promise.all([
    import("../research/store/open-store.js"),
    import("../server/library/serve-library.js"),
  ]);
  const pathMap = parsePathMap(mapPath);
  const store = await openStore(address, { pathMap }).catch(damaged);
  try {
    const { openSnapshot } = await import("../snapshot/open-snapshot.js");
    const server = await serveLibrary({
      ...rest,
      ...{ store, factorPackage, roots: root, version: packageVersion() },
      snapshot: snapshot === undefined ? undefined : await openSnapshot(snapshot),
    });
    if ("problem" in store) say(`${store.problem}; the pages say so as well`);
    say(`the library of ${address.replace(/^(\w+:\/\/[^:@/]*):[^@/]*@/, "$1@")} is at ${server.url}`);
    await Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
    await server.close();
  } finally {
    if (!("problem" in store)) await store.close();
  }
}

/** A store that is there and cannot be read is said on the pages too: whoever opens them did not start the server. */
function damaged(error: unknown): { problem: string } | Store {
  const said = error instanceof Error ? error.message : String(error);
  const isDamage = !(error instanceof DataServiceError) || DAMAGE.has(error.code);
  if (isDamage) return { problem: said };
  throw error;
}

const DAMAGE: ReadonlySet<string> = new Set(["corrupt", "write-failed", "read-failed"]);
