import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { DataServiceError } from "../../../errors.js";

/** The filters and the low-level calls are those of this version; another one answers calls it does not know wrongly. */
const NEEDED = "0.10";

/**
 * Refuses an h5wasm that is not the one this package depends on, as a bundler or an override may bring in. One whose
 * package.json is not where it belongs, as in a bundle, is taken as it is.
 * @param address of its `dist/node/hdf5_hl.js`
 * @throws DataServiceError unsupported
 */
export function checkH5Version(address: string): void {
  const found = versionAt(new URL("../../package.json", address));
  if (found === undefined || found.startsWith(`${NEEDED}.`)) return;
  throw new DataServiceError(
    "unsupported",
    `h5wasm ${found} was found at ${fileURLToPath(address)}, and HDF5 files are read with ${NEEDED}; install h5wasm@^${NEEDED} in its place, or leave h5wasm out of the bundle`,
    { found: [found] },
  );
}

function versionAt(manifest: URL): string | undefined {
  try {
    const { name, version } = JSON.parse(readFileSync(manifest, "utf8")) as {
      name?: string;
      version?: string;
    };
    return name === "h5wasm" ? version : undefined;
  } catch {
    return undefined;
  }
}
