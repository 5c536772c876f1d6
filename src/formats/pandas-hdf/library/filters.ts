import { existsSync } from "node:fs";
import { DataServiceError } from "../../../errors.js";
import type { H5FilterInfo } from "../h5-types.js";
import { BZIP2, isDecodedHere } from "./chunk-rows.js";
import { pluginFolder } from "./h5-library.js";

/** Filters of libhdf5 itself, those that h5wasm-plugins brings, and bzip2, which is decompressed here. */
const READABLE_FILTERS: Readonly<Record<number, string>> = {
  1: "zlib",
  2: "shuffle",
  3: "fletcher32",
  5: "nbit",
  6: "scale-offset",
  307: "bzip2",
  32000: "lzf",
  32001: "blosc",
  32004: "lz4",
  32008: "bitshuffle",
  32015: "zstd",
  32026: "blosc2",
};

/** A dataset as far as its filters go. */
interface Filtered {
  readonly path: string;
  readonly shape: readonly number[];
  readonly filters: readonly H5FilterInfo[];
  /** Set where libhdf5 does not decode its chunks. */
  readonly stored?: unknown;
}

/** @throws DataServiceError unsupported, naming the filter, before anything is read with it */
export function requireFilters(label: string, { path, shape, filters, stored }: Filtered): void {
  const readable = (filter: H5FilterInfo) =>
    filter.id === BZIP2
      ? stored !== undefined && isDecodedHere(shape, filters)
      : filter.id in READABLE_FILTERS && !isBloscSnappy(filter);
  const unknown = filters.find((filter) => !readable(filter));
  if (!unknown) {
    requirePlugins(label, path, filters);
    return;
  }
  const known = isBloscSnappy(unknown) ? "blosc:snappy" : unknown.name;
  const name = known === "" ? `number ${unknown.id}` : `"${known}"`;
  throw new DataServiceError(
    "unsupported",
    `${label}: ${path} is compressed with the filter ${name}, which cannot be read here; write the file again with complib="zlib" or "blosc:lz4", or without compression`,
    { path: label, field: path, found: filters.map((filter) => filter.name) },
  );
}

/** Filters from here on are plug-ins of libhdf5, in files of their own. */
const FIRST_PLUGIN = 32000;

/** A bundle that was made without the filters has not damaged the file. @throws DataServiceError unsupported */
function requirePlugins(label: string, path: string, filters: readonly H5FilterInfo[]): void {
  const plugged = filters.find(({ id }) => id >= FIRST_PLUGIN);
  if (plugged === undefined || existsSync(pluginFolder())) return;
  const name = READABLE_FILTERS[plugged.id];
  throw new DataServiceError(
    "unsupported",
    `${label}: ${path} is compressed with the filter "${name}", and there is no ${pluginFolder()} with the filters; copy dist/h5-filters of this package there, or leave the package out of the bundle`,
    { path: label, field: path, found: filters.map((filter) => filter.name) },
  );
}

/** blosc says in its seventh parameter which codec it used; of its codecs only snappy is not in the plug-in. */
function isBloscSnappy({ id, cd_values }: H5FilterInfo): boolean {
  return id === 32001 && cd_values[6] === 3;
}
