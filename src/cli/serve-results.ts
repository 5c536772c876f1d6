import { once } from "node:events";
import { Command, Option } from "commander";
import { parsePathMap } from "../research/path-map.js";
import { countBetween } from "./options.js";
import { say } from "./tell.js";

interface ServeResultsOptions {
  readonly registry: string;
  readonly catalogues?: string;
  readonly port: number;
  readonly host: string;
  readonly token?: string;
  readonly allowWrites?: boolean;
  readonly origin?: string[];
  readonly mapPath?: string[];
}

export const mapPathOption = (): Option =>
  new Option(
    "--map-path <from=to...>",
    "where folders of the research machine are here: /mnt/f/Dev/RD-Agent=/data/rd-agent",
  );

export function serveResultsCommand(): Command {
  return new Command("serve-results")
    .summary("the results API over a registry and its catalogues")
    .description(
      "Serves what research found to other programs over HTTP, as the research side's own server does and at the same paths; " +
        "pages, changes and files are under /v1, the description at /openapi.json. Read-only unless --allow-writes. Ctrl-C ends it.",
    )
    .requiredOption("--registry <path>", "registry.sqlite")
    .option("--catalogues <folder>", "the exported catalogues (default: aistock beside the registry)")
    .addOption(new Option("--port <port>", "0 takes any").argParser(countBetween(0, 65535)).default(9000))
    .option("--host <address>", "other addresses let other machines ask: set a token then", "127.0.0.1")
    .addOption(new Option("--token <text>", "asked of every request but /health").env("AISTOCK_DATA_TOKEN"))
    .option("--allow-writes", "serve the routes that write to the registry as well")
    .option("--origin <origin...>", "pages of these origins may read the answers")
    .addOption(mapPathOption())
    .action(serve);
}

async function serve({ mapPath = [], origin, ...options }: ServeResultsOptions): Promise<void> {
  const { serveResults } = await import("../server/serve-results.js");
  const server = await serveResults({
    ...options,
    pathMap: parsePathMap(mapPath),
    ...(origin && { origins: origin }),
  });
  say(`results of ${options.registry} at ${server.url}`);
  await Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
  await server.close();
}
