import { once } from "node:events";
import { Command, Option } from "commander";
import { countBetween } from "./options.js";
import { packageVersion } from "./package-version.js";
import { say } from "./wording.js";

interface ServeOptions {
  readonly store: string;
  readonly snapshot?: string;
  readonly port: number;
  readonly host: string;
  readonly token?: string;
  readonly root?: string[];
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
    .addOption(new Option("--port <port>", "0 takes any").argParser(countBetween(0, 65535)).default(4870))
    .option("--host <address>", "other addresses let other machines ask, with a token", "127.0.0.1")
    .addOption(new Option("--token <text>", "asked of every request").env("AISTOCK_DATA_TOKEN"))
    .action(serve);
}

async function serve({ store: address, root = [], snapshot, ...options }: ServeOptions): Promise<void> {
  const [{ openStore }, { serveLibrary }] = await Promise.all([
    import("../research/store/open-store.js"),
    import("../server/library/serve-library.js"),
  ]);
  const store = await openStore(address);
  try {
    const hasSnapshot = snapshot !== undefined;
    const server = await serveLibrary({
      ...options,
      store,
      roots: root,
      hasSnapshot,
      version: packageVersion(),
    });
    say(`the library of ${store.label} is at ${server.url}`);
    await Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
    await server.close();
  } finally {
    await store.close();
  }
}
