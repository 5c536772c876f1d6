import { join } from "node:path";
import { Command, Option } from "commander";
import type { WindowRequest } from "../keys/find/window-plan.js";
import { type OpenOptions, openPanel } from "../open/open-panel.js";
import type { Panel } from "../panel/panel.js";
import type { HistoryFields, HistoryRequest } from "../snapshot/history-plan.js";
import { openSnapshot } from "../snapshot/open-snapshot.js";
import { findLists } from "../universe/instrument-list.js";
import { isQlibFolder, isSnapshot } from "./folder.js";
import { allNamed, named } from "./named-expressions.js";
import { type OpeningOptions, openingOf, refuseOpening, withOpening, withoutOpening } from "./opening.js";
import {
  count,
  fields,
  formatOption,
  freqOption,
  instruments,
  keyOption,
  type OutputFormat,
  skipUnknownOption,
} from "./options.js";
import { sayEmpty, sayNotes, writePanel } from "./output.js";
import { withProgress } from "./progress.js";
import { outOption } from "./target.js";
import { tell, tellBeside } from "./tell.js";
import { universeOf } from "./universe.js";
import { writtenTo } from "./written.js";

interface WindowOptions extends Omit<HistoryRequest, "fields">, OpeningOptions {
  readonly fields?: string[];
  readonly start?: string;
  readonly end?: string;
  readonly key?: string;
  readonly universe?: string[];
  readonly skipUnknown?: boolean;
  readonly explain?: boolean;
  readonly out?: string;
  readonly format: OutputFormat;
}

export function windowCommand(): Command {
  return withOpening(
    new Command("window")
      .summary("a history window: some instruments, some bars, some fields")
      .description(
        "Prints part of a file, or of a snapshot folder, as getHistoryWindow gives it. --start and --end are inclusive; a bare " +
          "date as --end includes its whole day. --bars counts from the end, or from the start if only --start is given. " +
          "In a folder the fields may come from any file, may be expressions such as Mean($close,5), and may be named: " +
          "-f 'm5=Mean($close,5)'.",
      )
      .argument("<path>", "a pandas HDF5, Parquet, Arrow or CSV file, a qlib folder, or a snapshot folder")
      .addOption(keyOption())
      .addOption(
        new Option(
          "-u, --universe <codes>",
          "instruments, comma-separated, or in a folder the name of an instrument list (default: all)",
        ).argParser(instruments),
      )
      .option("-s, --start <time>", "first bar")
      .option("-e, --end <time>", "last bar")
      .addOption(new Option("-n, --bars <count>", "how many bars").argParser(count))
      .addOption(
        new Option("--bars-per <what>", "count each instrument's own bars, or the panel's sessions")
          .choices(["instrument", "session"])
          .default("instrument"),
      )
      .addOption(
        new Option("-f, --fields <names>", "fields, comma-separated (default: all)").argParser(fields),
      )
      .addOption(
        new Option(
          "--labels <fields>",
          "folder: which of the fields are labels, which may look ahead and are never filled",
        ).argParser(fields),
      )
      .addOption(freqOption("folder: "))
      .addOption(
        new Option("--adjust <how>", "folder: prices and volume as stored, raw, or back-adjusted").choices([
          "forward",
          "none",
          "back",
        ]),
      )
      .addOption(
        new Option(
          "--nan-policy <policy>",
          "folder: keep missing cells, or fill them, except in labels",
        ).choices(["keep", "ffill"]),
      )
      .option("--explain", "folder: print what the request would read, and read nothing")
      .addOption(skipUnknownOption())
      .addOption(outOption())
      .addOption(formatOption())
      .action(show),
  );
}

async function show(path: string, options: WindowOptions, command: Command): Promise<void> {
  const begun = performance.now();
  const { key, universe, skipUnknown, explain, out, format, ...rest } = withoutOpening(options);
  const opening = openingOf(options);
  const request = { ...rest, onUnknown: skipUnknown ? ("skip" as const) : ("error" as const) };
  const isFolder = isSnapshot(path);
  if (isFolder && key !== undefined) {
    command.error(`error: --key needs an HDF5 file; ${path} is a snapshot folder`);
  }
  if (isFolder) refuseOpening(command, options, path);
  const snapshot = isFolder ? await openSnapshot(path) : undefined;
  const inFolder = { ...request, fields: rest.fields && namedFields(rest.fields) };
  const wanted = universe?.length === 1 ? universe[0] : universe; // one name may be a list's
  if (snapshot && explain) {
    tell(`${await snapshot.explain(wanted, inFolder)}\n`);
    return;
  }
  const { freq, ...ofTable } = request;
  if (!snapshot) refuseFolderOptions(path, options, command);
  const whole = () =>
    snapshot
      ? snapshot.getHistoryWindow(undefined, { fields: [], freq })
      : openPanel(path, { ...opening, key, freq });
  const window = await withProgress(`reading ${path}`, async (onProgress) => {
    const panel = snapshot
      ? await snapshot.getHistoryWindow(wanted, inFolder)
      : await windowOfTable(path, { ...opening, key, freq, onProgress }, { ...ofTable, universe: wanted });
    if (out !== undefined) await panel.write(out, { onProgress });
    return panel;
  });
  sayNotes(window, path);
  if (window.rowCount === 0) sayEmpty(window, options, await whole());
  if (out === undefined) await writePanel(window, format);
  else tellBeside(writtenTo(out, window, begun));
}

/** Part of one table; where it is a qlib folder, a universe of one name may be one of its instrument lists. */
async function windowOfTable(path: string, opening: OpenOptions, request: WindowRequest): Promise<Panel> {
  const { universe, ...rest } = request;
  if (universe === undefined || !isQlibFolder(path)) return (await openPanel(path, opening)).window(request);
  const names = typeof universe === "string" ? [universe] : [...universe];
  const only = names.length === 1 ? names[0]! : "";
  if (findLists([join(path, "instruments")]).has(only)) {
    return (await openPanel(path, { ...opening, instruments: only })).window(rest);
  }
  const panel = await openPanel(path, opening);
  universeOf(path, names, panel.index); // names the lists where one name is no instrument
  return panel.window(request);
}

/** The fields under the names they are given, where one is. */
function namedFields(texts: readonly string[]): HistoryFields {
  return texts.some((text) => named(text)[0] !== text) ? allNamed(texts) : texts;
}

function refuseFolderOptions(path: string, options: WindowOptions, command: Command): void {
  for (const name of ["labels", "adjust", "nanPolicy", "explain"] as const) {
    if (options[name] === undefined) continue;
    command.error(
      `error: --${name === "nanPolicy" ? "nan-policy" : name} needs a snapshot folder; ${path} is one table`,
    );
  }
}
