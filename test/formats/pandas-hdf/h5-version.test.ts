import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, it } from "vitest";
import { loadH5 } from "#src/formats/pandas-hdf/library/h5-library.js";
import { checkH5Version } from "#src/formats/pandas-hdf/library/h5-version.js";
import { openPanel } from "#src/index.js";
import { scratchFolder } from "../../scratch-folder.js";

const folder = scratchFolder();
const COMPRESSED = "data-fixtures/hdf5/fixed_blosc_zstd.pd15.h5";

function installed(name: string, version: string): string {
  const home = join(folder, `${name}-${version}`);
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, "package.json"), JSON.stringify({ name, version }));
  return pathToFileURL(join(home, "dist", "node", "hdf5_hl.js")).href;
}

it("an older h5wasm, as a bundler may bring in, is told by its version", () => {
  expect(() => checkH5Version(installed("h5wasm", "0.8.11"))).toThrow(
    /h5wasm 0\.8\.11 was found at .*hdf5_hl\.js, and HDF5 files are read with 0\.10; install h5wasm@\^0\.10/,
  );
  checkH5Version(installed("h5wasm", "0.10.9"));
  checkH5Version(installed("a-bundle", "0.8.11"));
  checkH5Version(pathToFileURL(join(folder, "nowhere", "dist", "node", "hdf5_hl.js")).href);
});

it("a failure of the library that is not known is not called damage of the file", async () => {
  const h5 = await loadH5();
  const { get_type, open } = h5;
  try {
    h5.get_type = () => {
      throw new TypeError("h5.list is not a function");
    };
    await expect(openPanel(COMPRESSED)).rejects.toMatchObject({
      code: "read-failed",
      message: expect.stringMatching(/not known here: h5\.list is not a function; the file may be whole/),
    });
    h5.open = () => {
      throw new TypeError("Cannot convert undefined to a BigInt");
    };
    await expect(openPanel(COMPRESSED)).rejects.toMatchObject({ code: "read-failed" });
  } finally {
    Object.assign(h5, { get_type, open });
  }
  expect((await openPanel(COMPRESSED)).rowCount).toBeGreaterThan(0);
});
