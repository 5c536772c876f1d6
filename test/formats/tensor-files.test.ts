import { execFileSync } from "node:child_process";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { NpyWriter } from "#src/formats/npy/npy-writer.js";
import { readNpy } from "#src/formats/npy/read.js";
import { openSafetensors } from "#src/formats/safetensors/read.js";
import { SafetensorsWriter } from "#src/formats/safetensors/safetensors-writer.js";
import { writeLosses } from "#src/formats/write-losses.js";
import { Column, openPanel, panelFromColumns } from "#src/index.js";
import { propertyRuns } from "../property-runs.js";
import { scratchFolder } from "../scratch-folder.js";

const folder = scratchFolder();
const panel = panelFromColumns({
  datetime: ["2020-01-02", "2020-01-02", "2020-01-03"],
  instrument: ["000001.SZ", "600000.SH", "600000.SH"],
  columns: {
    close: Float32Array.of(10.5, Number.NaN, 20.25),
    volume: Column.of("int64", BigInt64Array.of(7n, 8n, 9n), Uint8Array.of(1, 0, 1)),
    isOpen: [true, false, true],
    rank: Int16Array.of(3, 1, 2),
  },
});

describe(".npy", () => {
  it("holds the columns as one matrix", async () => {
    const path = join(folder, "panel.npy");
    await panel.write(path);
    const { type, shape, values } = readNpy(path);
    expect([type, shape]).toEqual(["float64", [3, 4]]);
    expect(Array.from(values as Float64Array)).toEqual([
      10.5,
      7,
      1,
      3,
      Number.NaN,
      Number.NaN,
      0,
      1,
      20.25,
      9,
      1,
      2,
    ]);
    const market = await openPanel("data-fixtures/snapshot/daily_pv.h5");
    await market.write(path);
    expect(readNpy(path)).toEqual({
      type: "float32",
      shape: [market.rowCount, market.columnNames.length],
      values: market.toDense().values,
    });
  });

  it("refuses text and says that the keys are left behind", async () => {
    const worded = panel.withColumns({ name: ["a", "b", null] });
    await expect(worded.write(join(folder, "text.npy"))).rejects.toThrow(/column "name" is string/);
    expect(writeLosses("a.npy", panel.table()).join()).toContain("the keys and the names of the columns");
  });

  it("grows row by row, to whatever number", () => {
    const path = join(folder, "grown.npy");
    const arbitrary = fc.tuple(
      fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 3 }),
      fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 4 }),
    );
    fc.assert(
      fc.property(arbitrary, ([rowShape, parts]) => {
        const writer = new NpyWriter(path, "int32", rowShape);
        const size = rowShape.reduce((a, b) => a * b, 1);
        const all: number[] = [];
        for (const rows of parts) {
          const numbers = Int32Array.from({ length: rows * size }, (_, i) => all.length + i);
          writer.write(numbers);
          all.push(...numbers);
        }
        const rows = writer.finish();
        writer.close();
        expect(readNpy(path)).toEqual({
          type: "int32",
          shape: [rows, ...rowShape],
          values: Int32Array.from(all),
        });
        expect((statSync(path).size - all.length * 4) % 64).toBe(0);
      }),
      propertyRuns(19, 60),
    );
  });

  it("is refused where it holds other than plain numbers", () => {
    const path = join(folder, "other.npy");
    const text = "{'descr': '>f8', 'fortran_order': False, 'shape': (1,), }".padEnd(117);
    writeFileSync(
      path,
      Buffer.concat([Buffer.from("\x93NUMPY\x01\x00v\x00", "latin1"), Buffer.from(`${text}\n`)]),
    );
    expect(() => readNpy(path)).toThrow(/only little-endian numbers/);
    writeFileSync(path, "not one");
    expect(() => readNpy(path)).toThrow(/not a .npy file/);
  });
});

describe(".safetensors", () => {
  it("holds each column as a vector, and the keys", async () => {
    const path = join(folder, "panel.safetensors");
    await panel.write(path);
    const file = openSafetensors(path);
    expect(JSON.parse(file.metadata.instruments!)).toEqual(["000001.SZ", "600000.SH"]);
    expect([...file.names].sort()).toEqual(["close", "datetime", "instrument", "isOpen", "rank", "volume"]);
    expect(file.tensor("instrument")).toEqual({ type: "int32", shape: [3], values: Int32Array.of(0, 1, 1) });
    expect(file.tensor("datetime").values[2]).toBe(panel.index.datetimes[1]);
    expect(file.tensor("close").values).toEqual(panel.column("close").values);
    expect(file.tensor("volume").values).toEqual(Float64Array.of(7, Number.NaN, 9));
    expect(file.tensor("isOpen")).toEqual({ type: "bool", shape: [3], values: Uint8Array.of(1, 0, 1) });
    expect(() => file.tensor("clsoe")).toThrow('did you mean "close"?');
  });

  it("is filled side by side, and refused where it is not whole", () => {
    const path = join(folder, "set.safetensors");
    const writer = new SafetensorsWriter(
      path,
      { y: { type: "int8", shape: [3] }, X: { type: "float32", shape: [3, 2] } },
      { made: "here" },
    );
    writer.write("X", Float32Array.of(1, 2));
    writer.write("y", Int8Array.of(1, 0, 1));
    expect(() => writer.finish()).toThrow('16 bytes of the tensor "X" were not written');
    writer.write("X", Float32Array.of(3, 4, 5, 6));
    expect(() => writer.write("X", Float32Array.of(7))).toThrow("more numbers than its shape has");
    expect(() => writer.write("Z", Float32Array.of(7))).toThrow('no tensor is called "Z"');
    writer.finish();
    writer.close();
    const file = openSafetensors(path);
    expect(file.metadata).toEqual({ made: "here" });
    expect(file.tensor("X")).toEqual({
      type: "float32",
      shape: [3, 2],
      values: Float32Array.of(1, 2, 3, 4, 5, 6),
    });
    expect(file.tensor("y").values).toEqual(Int8Array.of(1, 0, 1));
    expect(statSync(path).size % 8).toBe(3); // the header is padded, the three bytes of y come last
  });

  it("is refused where it is none", () => {
    const path = join(folder, "none.safetensors");
    writeFileSync(path, "0123456789abcdef");
    expect(() => openSafetensors(path)).toThrow("not a .safetensors file");
  });
});

it(".csv.gz is what .csv is, compressed", async () => {
  const [plain, packed] = [join(folder, "a.csv"), join(folder, "a.csv.gz")];
  await panel.write(plain);
  await panel.write(packed);
  expect(gunzipSync(readFileSync(packed)).toString()).toBe(readFileSync(plain, "utf8"));
});

const python = ["python3", "/usr/bin/python3"].find((name) => {
  try {
    execFileSync(name, ["-c", "import numpy"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
});

it.skipIf(python === undefined)("numpy reads what was written, and the other way round", async () => {
  const [ours, theirs] = [join(folder, "ours.npy"), join(folder, "theirs.npy")];
  await panel.write(ours);
  const program = `import numpy, sys
x = numpy.load(sys.argv[1], mmap_mode="r")
print(x.dtype, x.shape, numpy.nansum(x))
numpy.save(sys.argv[2], numpy.arange(24, dtype="<u2").reshape(2, 3, 4))`;
  expect(execFileSync(python!, ["-c", program, ours, theirs], { encoding: "utf8" }).trim()).toBe(
    "float64 (3, 4) 54.75",
  );
  expect(readNpy(theirs)).toEqual({
    type: "uint16",
    shape: [2, 3, 4],
    values: Uint16Array.from({ length: 24 }, (_, i) => i),
  });
});
