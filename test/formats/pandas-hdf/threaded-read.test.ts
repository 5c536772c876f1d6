import { utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { bytesOf } from "#src/columns/cells.js";
import { CELL_BYTES, type ColumnType, type NumericArray } from "#src/columns/table.js";
import { ByteFile } from "#src/files/byte-file.js";
import { type Field, sinkFor } from "#src/formats/pandas-hdf/field.js";
import {
  COPIED,
  COPYING,
  claimSlab,
  slabBounds,
  slabCopier,
  slabCount,
  takeSlab,
  WORKER_ROOM,
} from "#src/formats/pandas-hdf/load/slab-job.js";
import type { SlabWorkerData } from "#src/formats/pandas-hdf/load/slab-worker.js";
import { readInThreads, type ThreadedReadOptions } from "#src/formats/pandas-hdf/load/threaded-read.js";
import type { RowStore } from "#src/formats/pandas-hdf/row-store.js";
import { panelFromColumns } from "#src/index.js";
import { modules } from "../../../scripts/build.mjs";
import { importBuilt, requireBuild } from "../../built-package.js";
import { propertyRuns } from "../../property-runs.js";
import { scratchFolder } from "../../scratch-folder.js";

const folder = scratchFolder();

/** Random bytes, in front of which something else lies. */
const path = join(folder, "rows.bin");
const POSITION = 40;
const bytes = new Uint8Array(200_000);
for (let i = 0, x = 1; i < bytes.length; i++) {
  x = (Math.imul(x, 1103515245) + 12345) >>> 0;
  bytes[i] = x >>> 24;
}
beforeAll(() => writeFileSync(path, Buffer.concat([new Uint8Array(POSITION), bytes])));

/** Fields one after another in a row. */
function fieldsOf(types: readonly ColumnType[]): { fields: Field[]; rowBytes: number } {
  let rowBytes = 0;
  const fields = types.map((type, i) => {
    const field = { name: `c${i}`, type, offset: rowBytes };
    rowBytes += CELL_BYTES[type];
    return field;
  });
  return { fields, rowBytes };
}

interface Outcome {
  readonly values: NumericArray[];
  /** Slabs that this thread read. */
  readonly readHere: number;
  readonly progress: number[];
}

function readIt(
  types: readonly ColumnType[],
  [first, last]: [number, number],
  options: ThreadedReadOptions,
  meanwhile?: () => void,
  readRows: typeof readInThreads = readInThreads,
  file = ByteFile.of(path),
): Outcome {
  const { fields, rowBytes } = fieldsOf(types);
  const progress: number[] = [];
  let readHere = 0;
  const session: RowStore["session"] = (use) =>
    file.session((read) =>
      use((from, to) => {
        readHere++;
        const into = new Uint8Array((to - from) * rowBytes);
        read(into, POSITION + from * rowBytes);
        return into;
      }),
    );
  const onRows = (done: number) => progress.push(done);
  const rows = { file, position: POSITION, rowBytes };
  const values = readRows(rows, session, fields, [first, last], onRows, meanwhile, options);
  return { values, readHere, progress };
}

/** What one thread makes of the same rows. */
function naive(types: readonly ColumnType[], [first, last]: [number, number]): unknown[] {
  const { fields, rowBytes } = fieldsOf(types);
  return fields.map((field) => {
    const sink = sinkFor(field, rowBytes, last - first, { label: "rows", rowOf: (i) => first + i });
    sink.take(bytes.slice(first * rowBytes, last * rowBytes), last - first, 0);
    return Buffer.from(bytesOf(sink.finish().values as NumericArray));
  });
}

function cellBytes({ values }: Outcome): unknown[] {
  return values.map((cells) => Buffer.from(Uint8Array.from(bytesOf(cells))));
}

/** A worker that does its part before this thread begins: as many slabs as it is told, then `end` with one more. */
function partner(
  slabs: number,
  end: (data: SlabWorkerData, slab: number) => void,
): ThreadedReadOptions["start"] {
  return (data) => {
    const copier = slabCopier(data.job, WORKER_ROOM)!;
    const { rowBytes } = data.job;
    for (let i = 0; i < slabs; i++) {
      const slab = takeSlab(data.job);
      if (slab >= slabCount(data.job)) return;
      const [first, last] = slabBounds(data.job, slab);
      const at = data.position - POSITION;
      claimSlab(data.job, slab, COPYING);
      copier.copy(bytes.slice(at + first * rowBytes, at + last * rowBytes), last - first, first);
      Atomics.store(data.job.state, slab + 1, COPIED);
    }
    const slab = takeSlab(data.job);
    if (slab < slabCount(data.job)) end(data, slab);
  };
}

const TYPES = ["float32", "float64", "int8", "int16", "int64", "uint32"] as const;

describe("reading in threads", () => {
  it("gives what one thread gives, bit by bit, whatever the other does", () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom<ColumnType>(...TYPES), { minLength: 1, maxLength: 7 }),
        fc.integer({ min: 0, max: 500 }),
        fc.integer({ min: 1, max: 1500 }),
        fc.constantFrom(64, 1000, 1 << 14),
        fc.nat(20),
        (types, first, count, slabBytes, slabs) => {
          const range: [number, number] = [first, first + count];
          const start = partner(slabs, () => undefined); // takes one slab and is never heard of again
          const outcome = readIt(types, range, { slabBytes, start });
          expect(cellBytes(outcome)).toEqual(naive(types, range));
          expect(outcome.progress.at(-1)).toBe(count);
          expect([...outcome.progress].sort((a, b) => a - b)).toEqual(outcome.progress);
        },
      ),
      propertyRuns(47, 60),
    );
  });

  it("does a slab again whose worker died writing it", () => {
    const start = partner(3, ({ job }, slab) => claimSlab(job, slab, COPYING));
    const outcome = readIt(["float32", "int16"], [0, 10_000], { slabBytes: 6000, start });
    expect(cellBytes(outcome)).toEqual(naive(["float32", "int16"], [0, 10_000]));
    expect(outcome.readHere).toBe(10 - 3);
  });

  it("reads nothing of a file that has become another", () => {
    const changed = join(folder, "changed.bin");
    writeFileSync(changed, bytes);
    const file = ByteFile.of(changed);
    utimesSync(changed, 1, 1);
    expect(() => readIt(["float32"], [0, 100], {}, undefined, readInThreads, file)).toThrow(
      `${changed}: the file was written to since it was opened; open it again`,
    );
  });

  it("leaves nothing to do when this thread fails", () => {
    let state: Int32Array = new Int32Array(1);
    const start = ({ job }: SlabWorkerData) => {
      state = job.state;
    };
    const { size } = ByteFile.of(path);
    expect(() => readIt(["float32"], [49_000, 60_000], { slabBytes: 4000, start })).toThrow(
      `${path}: ends at byte ${size}, where 4000 more were expected; the file is truncated`,
    );
    expect(state[0]).toBe(11);
  });
});

/** Node starts a worker from a file: the tests use the built modules. */
function builtModule(name: string): string {
  requireBuild();
  return pathToFileURL(join(modules, "formats", "pandas-hdf", "load", name)).href;
}

/** The worker as it is built, and a wait for its end: this thread goes on when all that it does is done. */
function workerFirst(): { start: ThreadedReadOptions["start"]; untilItEnds: () => void } {
  const ended = new Int32Array(new SharedArrayBuffer(4));
  const code = `
    const { ended } = require("node:worker_threads").workerData;
    const end = () => { Atomics.store(ended, 0, 1); Atomics.notify(ended, 0); };
    import(${JSON.stringify(builtModule("slab-worker.js"))}).then(end, end);`;
  const start = (data: SlabWorkerData) => {
    const worker = new Worker(code, { eval: true, workerData: { ...data, ended }, execArgv: [], env: {} });
    worker.unref();
  };
  const untilItEnds = () => {
    if (Atomics.wait(ended, 0, 0, 60_000) === "timed-out") throw new Error("the worker did not end");
  };
  return { start, untilItEnds };
}

describe("the worker", () => {
  const built = async () =>
    (await import(builtModule("threaded-read.js"))) as { readInThreads: typeof readInThreads };
  const pause = (ms: number) => () => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
  const [types, range] = [["float32", "float32", "float64"] as const, [100, 12_000] as [number, number]];

  it("takes its part of the slabs, and gives the same cells", async () => {
    const { readInThreads: read } = await built();
    const slabs = 48;
    let outcome: Outcome | undefined;
    // How soon a thread starts is the machine's business: it is given more time until it has had some.
    for (let ms = 100; ms < 20_000 && (outcome?.readHere ?? slabs) === slabs; ms *= 2) {
      outcome = readIt(types, range, { slabBytes: 4000 }, pause(ms), read);
    }
    expect(outcome!.readHere).toBeLessThan(slabs);
    expect(cellBytes(outcome!)).toEqual(naive(types, range));
  });

  it("that finds another file, or none, leaves all to this thread", async () => {
    const file = ByteFile.of(path);
    const readHere = (wrong: object) => {
      const { start, untilItEnds } = workerFirst();
      const startWrong = (data: SlabWorkerData) => start?.({ ...data, file: { ...data.file, ...wrong } });
      const options = { slabBytes: 4000, start: startWrong };
      const outcome = readIt(types, range, options, untilItEnds, readInThreads, file);
      expect(cellBytes(outcome)).toEqual(naive(types, range));
      return outcome.readHere;
    };
    for (const wrong of [{ stamp: "of another" }, { path: join(folder, "none.bin") }]) {
      expect(readHere(wrong)).toBe(48);
    }
    expect(readHere({}), "of the file itself the worker does all").toBe(0);
  });

  it("helps to load a large file, which is refused when it has changed", async () => {
    const large = join(folder, "large.h5");
    const [sessions, width, names] = [
      420,
      3000,
      ["$open", "$high", "$low", "$close", "$volume", "$factor", "$vwap"],
    ];
    const rows = sessions * width; // of 28 bytes: 35 MB, enough for a thread
    const instruments = Array.from({ length: width }, (_, k) => `S${10_000 + k}`);
    const cells = (seed: number) => {
      const values = new Float32Array(rows);
      for (let row = 0; row < rows; row++) values[row] = ((row * seed) % 1_000_003) / 7;
      return values;
    };
    const columns = Object.fromEntries(names.map((name, i) => [name, cells(i + 1)]));
    const { openPanel } = await importBuilt();
    await panelFromColumns({
      datetime: BigInt64Array.from(
        { length: rows },
        (_, row) => BigInt(Math.floor(row / width)) * 86_400_000_000_000n,
      ),
      instrument: Array.from({ length: rows }, (_, row) => instruments[row % width]!),
      columns,
    }).write(large);
    const panel = await openPanel(large, { cache: false });
    const progress: number[] = [];
    panel.load({ onProgress: ({ rows: done, totalRows }) => progress.push(done / totalRows) });
    expect(progress.length).toBeGreaterThan(10);
    expect(progress.at(-1)).toBe(1);
    expect(panel.index.instruments).toHaveLength(width);
    expect(panel.index.codes.every((code, row) => code === row % width)).toBe(true);
    for (const name of names) {
      const { values } = panel.column(name);
      expect((values as Float32Array).buffer).toBeInstanceOf(SharedArrayBuffer);
      expect(Buffer.compare(bytesOf(values as Float32Array), bytesOf(columns[name]!))).toBe(0);
    }
    const atOnce = await openPanel(large, { cache: false, load: true });
    expect(atOnce.index.codes.every((code, row) => code === row % width)).toBe(true);
    for (const name of names) {
      expect(atOnce.column(name).loaded).toBe(true);
      expect(
        Buffer.compare(bytesOf(atOnce.column(name).values as Float32Array), bytesOf(columns[name]!)),
      ).toBe(0);
    }
    const later = await openPanel(large, { cache: false });
    utimesSync(large, 1, 1);
    expect(() => later.load()).toThrow(
      `${large}: the file was written to since it was opened; open it again`,
    );
  });
});
