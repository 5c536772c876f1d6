import type { FileTable, TableRequest } from "../../columns/table.js";
import { DataServiceError } from "../../errors.js";
import { listNames } from "../../names/field.js";
import { nearestName, suggestion } from "../../names/nearest.js";
import { openFixedFrame, openFixedSeries } from "./fixed.js";
import type { H5Structure } from "./h5-structure.js";
import { DEFAULT_KEY, keyName } from "./key-name.js";

/** Opens a key of pandas' table format; this is told from outside since plain files never hold one. */
type OpenAppendable = (h5file: H5Structure, key: string, request: TableRequest) => FileTable;

/** @throws DataServiceError unknown-key, unsupported, and what a format throws */
export function openKey(
  h5file: H5Structure,
  request: TableRequest,
  openAppendable: OpenAppendable,
): FileTable {
  const path = chooseKey(h5file, request.key ?? DEFAULT_KEY);
  const type = pandasType(h5file, path)!;
  switch (type) {
    case "frame":
      return openFixedFrame(h5file, path, request);
    case "series":
      return openFixedSeries(h5file, path, request);
    case "frame_table":
    case "series_table":
      return openAppendable(h5file, path, request);
    default:
      throw new DataServiceError(
        "unsupported",
        `${h5file.file.label}: "${path.slice(1)}" is a pandas object of the type "${type}"; only frames and series can be read`,
        { path: h5file.file.label, key: path.slice(1) },
      );
  }
}

/** The path of the group to read, such as `/data`. */
function chooseKey(h5file: H5Structure, asked: string): string {
  const path = `/${keyName(asked)}`;
  if (path !== "/" && h5file.isGroup(path) && pandasType(h5file, path) !== undefined) return path;
  const { label } = h5file.file;
  const keys = h5file
    .groups()
    .filter((group) => pandasType(h5file, group) !== undefined)
    .map((group) => group.slice(1));
  const details = { path: label, key: asked, found: keys };
  if (keys.length === 0) {
    const problem = `${label}: an HDF5 file that holds no pandas table; write one with pandas' to_hdf`;
    throw new DataServiceError("unknown-key", problem, details);
  }
  const near = nearestName(asked, keys);
  throw new DataServiceError(
    "unknown-key",
    `${label}: no key "${asked}"; the file holds ${listNames(keys)}; say which with the key option${suggestion(near)}`,
    { ...details, ...(near !== undefined && { suggestion: near }) },
  );
}

function pandasType(h5file: H5Structure, path: string): string | undefined {
  return h5file.text(path, "pandas_type");
}
