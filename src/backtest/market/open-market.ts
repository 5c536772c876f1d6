import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { DataServiceError } from "../../errors.js";
import { accessing } from "../../files/file-access.js";
import { detectFormat } from "../../formats/open.js";
import { QlibBinFile } from "../../formats/qlib/bin-file.js";
import { readCalendar, readInstrumentSpans } from "../../formats/qlib/lists.js";
import { openPanel } from "../../open/open-panel.js";
import { type Grid, Market } from "./market.js";
import { marketOf } from "./market-of-panel.js";

/**
 * Opens a market: a qlib `provider_uri` folder, any file that `openPanel` opens, or a snapshot folder, of which all fields
 * of the daily prices' rows are there. Of a provider every instrument that has field files is there, an index that no list
 * names too; the lists say which may be traded (`exchange.codes`).
 * @throws DataServiceError what `openPanel` and `openSnapshot` throw
 */
export async function openMarket(path: string): Promise<Market> {
  const isFolder = accessing(path, () => statSync(path)).isDirectory();
  if (isFolder && !existsSync(join(path, "features"))) {
    const { openSnapshot } = await import("../../snapshot/open-snapshot.js");
    return marketOf(await (await openSnapshot(path)).getHistoryWindow(undefined));
  }
  return detectFormat(path) === "qlib-bin" ? marketOfProvider(path) : marketOf(await openPanel(path));
}

const ENDING = ".day.bin";

/**
 * A qlib provider folder as a market (qlib: LocalFeatureProvider, FileFeatureStorage). Where there is a calendar
 * `day_future`, it is the calendar, as in qlib; names are spelled as the instrument lists spell them.
 */
function marketOfProvider(dir: string): Market {
  const future = existsSync(join(dir, "calendars", "day_future.txt"));
  const datetimes = readCalendar(dir, future ? "day_future" : "day");
  const features = join(dir, "features");
  const folders = accessing(features, () => readdirSync(features, { withFileTypes: true }))
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
  const spelled = spellings(dir);
  const folderOf = new Map(
    folders.map((name) => [spelled.get(name.toLowerCase()) ?? name.toUpperCase(), name]),
  );
  const instruments = [...folderOf.keys()].sort();
  const files = instruments.map((code) => fieldFiles(join(features, folderOf.get(code)!), datetimes.length));
  const names = new Set(files.flatMap((own) => [...own.keys()]));
  if (names.size === 0) {
    throw new DataServiceError("not-found", `${dir}: no field files (*${ENDING}) in features`, { path: dir });
  }
  const width = instruments.length;
  const [firstBar, endBar] = [new Int32Array(width), new Int32Array(width)];
  for (const [c, own] of files.entries()) {
    const held = [...own.values()].filter(({ first, last }) => last > first);
    if (held.length === 0) continue;
    firstBar[c] = Math.min(...held.map(({ first }) => first));
    endBar[c] = Math.max(...held.map(({ last }) => last));
  }
  const read = (name: string) => (): Grid =>
    gridOf(
      files.map((own) => own.get(name)),
      datetimes.length,
    );
  return new Market({
    label: dir,
    datetimes,
    instruments,
    firstBar,
    endBar,
    fields: new Map([...names].map((name) => [name, read(name)])),
    list: (name) => readInstrumentSpans(listPath(dir, name)),
  });
}

/** How the instrument lists spell each code, by the code in lower case, which names its folder. */
function spellings(dir: string): Map<string, string> {
  const names = new Map<string, string>();
  for (const list of listsOf(dir)) {
    for (const { instrument } of readInstrumentSpans(join(dir, "instruments", `${list}.txt`))) {
      names.set(instrument.toLowerCase(), instrument);
    }
  }
  return names;
}

function listsOf(dir: string): string[] {
  const folder = join(dir, "instruments");
  const entries = accessing(folder, () => (existsSync(folder) ? readdirSync(folder) : []));
  return entries.filter((name) => name.endsWith(".txt")).map((name) => name.slice(0, -4));
}

function listPath(dir: string, name: string): string {
  const found = listsOf(dir);
  if (found.includes(name)) return join(dir, "instruments", `${name}.txt`);
  throw new DataServiceError(
    "not-found",
    `${dir}: no instrument list "${name}"; instruments holds ${found.join(", ") || "none"}`,
    { path: dir, found },
  );
}

/** The field files of an instrument, by the field's name without `$`. */
function fieldFiles(folder: string, calendarLength: number): Map<string, QlibBinFile> {
  const names = accessing(folder, () => readdirSync(folder)).filter((name) => name.endsWith(ENDING));
  return new Map(
    names.map((name) => [name.slice(0, -ENDING.length), new QlibBinFile(join(folder, name), calendarLength)]),
  );
}

/** Files one after another: the sessions' cache lines that one writes to are still near for the next fifteen. */
function gridOf(files: readonly (QlibBinFile | undefined)[], height: number): Float32Array {
  const width = files.length;
  const grid = new Float32Array(width * height).fill(Number.NaN);
  for (const [c, file] of files.entries()) {
    if (!file) continue;
    const cells = file.read(file.first, file.last);
    for (let i = 0, at = file.first * width + c; i < cells.length; i++, at += width) grid[at] = cells[i]!;
  }
  return grid;
}
