import { copyFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { DataServiceError } from "#src/errors.js";
import { openPandasHdf } from "#src/formats/pandas-hdf/open.js";
import { openPanel } from "#src/open/open-panel.js";
import { scratchFolder } from "../../scratch-folder.js";

const FOLDER = "data-fixtures/hdf5";
const scratch = scratchFolder();

async function refusal(path: string, request = {}): Promise<DataServiceError> {
  const error = await openPandasHdf(path, request).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(DataServiceError);
  return error as DataServiceError;
}

describe.each(["pd15", "pd23"])("files of %s that cannot be read are refused", (tag) => {
  const bad = (name: string) => `${FOLDER}/bad_${name}.${tag}.h5`;

  it("truncated", async () => {
    const { code, message } = await refusal(bad("truncated"));
    const [whole, part] = tag === "pd15" ? [80514, 26838] : [38211, 12737];
    expect(code).toBe("corrupt");
    expect(message).toBe(
      `${bad("truncated")}: the file is truncated: it should hold ${whole} bytes and holds ${part}; copy or write it again`,
    );
  });

  it("not HDF5", async () => {
    const { code, message } = await refusal(bad("not_hdf5"));
    expect(code).toBe("unknown-format");
    expect(message).toBe(`${bad("not_hdf5")}: not an HDF5 file`);
  });

  it("zero bytes", async () => {
    const { code, message } = await refusal(bad("zero_bytes"));
    expect(code).toBe("corrupt");
    expect(message).toBe(`${bad("zero_bytes")}: the file is empty (0 bytes); write it again`);
  });

  it("a filter that is not there, by its name and before anything is read with it", async () => {
    const { code, message, details } = await refusal(bad("lzo"));
    expect(code).toBe("unsupported");
    expect(message).toBe(
      `${bad("lzo")}: /data/axis1_level0 is compressed with the filter "lzo", which cannot be read here; write the file again with complib="zlib" or "blosc:lz4", or without compression`,
    );
    expect(details.found).toEqual(["shuffle", "lzo"]);
  });

  it("a flat index", async () => {
    const { code, message } = await refusal(bad("flat_index"));
    expect(code).toBe("flat-index");
    expect(message).toBe(
      `${bad("flat_index")}: "data" has a flat index, not the (datetime, instrument) index; in pandas, df.set_index(["datetime", "instrument"]), by the names of those columns, before writing it`,
    );
  });

  it("another key than the one asked for", async () => {
    for (const request of [{}, { key: "data" }]) {
      const { code, message, details } = await refusal(bad("other_key"), request);
      expect(code).toBe("unknown-key");
      expect(message).toBe(
        `${bad("other_key")}: no key "data"; the file holds "prices"; say which with the key option`,
      );
      expect(details.found).toEqual(["prices"]);
    }
    expect((await openPandasHdf(bad("other_key"), { key: "/prices" })).keys.rowCount).toBe(50);
  });

  it("an unknown field, with the nearest known one", async () => {
    const { code, details } = await refusal(`${FOLDER}/fixed_f32.${tag}.h5`, { columns: ["clsoe"] });
    expect(code).toBe("unknown-field");
    expect(details.suggestion).toBe("$close");
  });
});

it("rows without an instrument, whose level of no entries pandas pickles", async () => {
  const path = "data-fixtures/pandas15/no_instruments.fixed.h5";
  const error = await openPanel(path, { cache: false }).catch((thrown: unknown) => thrown);
  expect((error as DataServiceError).code).toBe("missing-keys");
  expect((error as DataServiceError).message).toBe(
    `${path}: 4 rows have no instrument, first row 0; drop such rows in pandas with df[df.index.get_level_values("instrument").notna()]`,
  );
});

describe("paths that are no HDF5 file", () => {
  it("a missing file and a directory", async () => {
    expect((await refusal(join(scratch, "none.h5"))).code).toBe("not-found");
    expect((await refusal(scratch)).code).toBe("is-directory");
  });

  it("a file shorter than any header", async () => {
    const path = join(scratch, "short.h5");
    writeFileSync(path, "\x89HDF");
    expect((await refusal(path)).code).toMatch(/corrupt|unknown-format/);
  });
});

describe("a file that changes after it was opened", () => {
  it.each(["fixed_f32.pd15", "fixed_zlib.pd15", "table_f32.pd15"])("%s", async (name) => {
    const path = join(scratch, `${name}.h5`);
    copyFileSync(`${FOLDER}/${name}.h5`, path);
    const table = await openPandasHdf(path);
    const column = table.columns.get("$close")!;
    column.read(0, 10);
    copyFileSync(`${FOLDER}/fixed_f64.pd15.h5`, path);
    for (const read of [
      () => column.read(0, 10),
      () => column.gather(Uint32Array.of(3, 5)),
      () => column.read(20, 30),
    ]) {
      let thrown: unknown;
      try {
        read();
      } catch (error) {
        thrown = error;
      }
      expect(thrown).toBeInstanceOf(DataServiceError);
      expect((thrown as DataServiceError).code).toBe("changed");
      expect((thrown as DataServiceError).message).toBe(
        `${path}: the file was written to since it was opened; open it again`,
      );
    }
    rmSync(path);
    expect(() => column.read(0, 10)).toThrow(
      `${path}: the file was removed since it was opened; open it again`,
    );
  });
});
