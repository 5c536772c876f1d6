// node judge.mjs MODULES: a process that may be lost. For every { id, path } it is sent, it reads that file in full,
// twice and in two ways, over memory filled with two different patterns, and answers what came of it.
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/** Bytes asked for in typed arrays since the last reset, and the most at once. */
const asked = { total: 0, most: 0 };

/**
 * Counts what is asked for rather than what is used: room for a terabyte costs nothing until it is written to.
 * @param {"Uint8Array" | "Int8Array" | "Uint16Array" | "Int16Array" | "Uint32Array" | "Int32Array" | "Float32Array" | "Float64Array" | "BigInt64Array" | "BigUint64Array" | "ArrayBuffer" | "SharedArrayBuffer"} name
 */
function watch(name) {
  const Original = /** @type {any} */ (globalThis[name]);
  const width = Original.BYTES_PER_ELEMENT ?? 1;
  /** @type {any} */
  const Watched = new Proxy(Original, {
    construct(target, args, newTarget) {
      if (typeof args[0] === "number") {
        asked.total += args[0] * width;
        asked.most = Math.max(asked.most, args[0] * width);
      }
      return Reflect.construct(target, args, newTarget === Watched ? target : newTarget);
    },
  });
  globalThis[name] = Watched;
}

/** V8 reserves so much of the address space for each memory of WebAssembly, and takes it for no more than that. */
const GUARD_BYTES = 10 * 2 ** 30;
let memories = 0;
const assembly = /** @type {any} */ (globalThis).WebAssembly;
assembly.Memory = new Proxy(assembly.Memory, {
  construct(target, args, newTarget) {
    memories++;
    return Reflect.construct(target, args, newTarget);
  },
});

watch("ArrayBuffer");
watch("SharedArrayBuffer");
for (const bits of /** @type {const} */ ([8, 16, 32])) {
  watch(`Int${bits}Array`);
  watch(`Uint${bits}Array`);
}
watch("Float32Array");
watch("Float64Array");
watch("BigInt64Array");
watch("BigUint64Array");

const modules = /** @type {string} */ (process.argv[2]);
/** @param {string} path */
const built = (path) => import(pathToFileURL(join(modules, path)).href);
/** @type {typeof import("../../src/index.js")} */
const { openPanel, DataServiceError } = await built("index.js");
/** @type {typeof import("../../src/formats/pandas-hdf/library/h5-library.js")} */
const { loadH5 } = await built("formats/pandas-hdf/library/h5-library.js");

/** A wrong answer, as against an error of the library. */
class Fault extends Error {}

let pattern = 0;
/** @type {WeakSet<object>} */
const watchedHeaps = new WeakSet();

/**
 * Fills the free memory of libhdf5's heap, and from then on all that is asked of it, with one byte.
 * @param {number} byte
 */
async function fillHeap(byte) {
  pattern = byte;
  const h5 = await loadH5();
  if (!watchedHeaps.has(h5)) {
    watchedHeaps.add(h5);
    const malloc = h5._malloc;
    h5._malloc = (size) => {
      const at = malloc(size);
      if (at !== 0) h5.HEAPU8.fill(pattern, at, at + size);
      return at;
    };
  }
  const blocks = [];
  for (let size = 32; size <= 1 << 18; size *= 2) for (let i = 0; i < 3; i++) blocks.push(h5._malloc(size));
  for (const at of blocks) h5._free(at);
  return h5.HEAPU8.byteLength;
}

const ARRAYS = {
  float32: Float32Array,
  float64: Float64Array,
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  int64: BigInt64Array,
  uint8: Uint8Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
  uint64: BigUint64Array,
  bool: Uint8Array,
  datetime: BigInt64Array,
};

/** @typedef {import("../../src/index.js").Panel} Panel */

/** @param {Panel} panel */
function checkIndex({ index, rowCount }) {
  const { datetimes, instruments, sessionCount, codes } = index;
  /** @param {boolean} holds @param {string} what */
  const must = (holds, what) => {
    if (!holds) throw new Fault(`index: ${what}`);
  };
  must(
    index.rowCount === rowCount && codes.length === rowCount,
    `${codes.length} codes for ${rowCount} rows`,
  );
  must(index.startOf(sessionCount) === rowCount && index.startOf(0) === 0, "sessions do not cover the rows");
  for (let s = 0; s < sessionCount; s++) {
    must(datetimes[s] !== -(2n ** 63n), "NaT as a session");
    must(
      s === 0 || (datetimes[s] ?? 0n) > (datetimes[s - 1] ?? 0n),
      `session ${s} is not after the one before`,
    );
    const [first, last] = [index.startOf(s), index.startOf(s + 1)];
    must(last > first, `session ${s} has no rows`);
    for (let row = first, before = -1; row < last; row++) {
      const code = codes[row] ?? -1;
      must(code >= 0 && code < instruments.length, `row ${row} has the code ${code}`);
      must(code > before, `row ${row} is not after the one before`);
      before = code;
    }
  }
  for (const [i, name] of instruments.entries()) {
    must(
      typeof name === "string" && (i === 0 || name > (instruments[i - 1] ?? "")),
      `instrument ${i} is ${name}`,
    );
  }
}

/**
 * @param {Panel} panel
 * @param {string} name
 * @returns how many of its cells are NaN, zero or missing
 */
function checkColumn(panel, name) {
  const { type, values, mask, length } = panel.column(name);
  /** @param {string} what */
  const wrong = (what) => new Fault(`column ${JSON.stringify(name)} (${type}): ${what}`);
  if (length !== panel.rowCount || values.length !== length)
    throw wrong(`${values.length} of ${length} cells`);
  if (mask && mask.length !== length) throw wrong(`a mask of ${mask.length} for ${length} cells`);
  let empty = 0;
  if (type === "string") {
    if (!Array.isArray(values)) throw wrong("no array of strings");
    for (const value of values) {
      if (value === null || value === "") empty++;
      else if (typeof value !== "string") throw wrong(`a cell ${String(value)}`);
    }
    return empty;
  }
  if (!(values instanceof ARRAYS[type])) throw wrong(`is a ${values.constructor.name}`);
  for (let i = 0; i < length; i++) {
    const value = values[i];
    const present = mask?.[i] ?? 1;
    if (present > 1) throw wrong(`mask ${present}`);
    if (type === "bool" && Number(value) > 1) throw wrong(`a cell ${value}`);
    if (present === 0 || !value) empty++; // NaN, 0 and 0n
  }
  return empty;
}

/**
 * A column's bytes, every NaN being the same one: which of its bit patterns a copy of a NaN has is up to the engine.
 * @param {import("../../src/columns/table.js").NumericArray} values
 */
function bytesOf(values) {
  if (!(values instanceof Float32Array || values instanceof Float64Array)) return values;
  const copy = values.slice();
  const words = new Uint32Array(copy.buffer);
  const width = copy.BYTES_PER_ELEMENT / 4;
  for (let i = 0; i < copy.length; i++)
    if (Number.isNaN(copy[i])) words.fill(0x7ff80000, i * width, (i + 1) * width);
  return words;
}

/** @param {Panel} panel */
function digestOf(panel) {
  const hash = createHash("sha1");
  hash.update(panel.index.datetimes).update(panel.index.codes);
  hash.update(JSON.stringify([panel.index.instruments, panel.columnNames, panel.index.timezone]));
  for (const name of panel.columnNames) {
    const { values, mask } = panel.column(name);
    hash.update(Array.isArray(values) ? JSON.stringify(values) : bytesOf(values));
    if (mask) hash.update(mask);
  }
  return hash.digest("hex");
}

/**
 * The panel of a file without the columns whose type is refused when they are read.
 * @param {string} path
 */
async function openReadable(path) {
  const tried = await openPanel(path, { cache: false });
  const names = tried.columnNames.filter((name) => {
    try {
      return tried.column(name).values !== undefined;
    } catch (error) {
      return !(error instanceof DataServiceError && error.code === "unsupported");
    }
  });
  const panel = await openPanel(path, { cache: false });
  return names.length === tried.columnNames.length ? panel : panel.select(names);
}

/**
 * Everything in one pass, and printed.
 * @param {string} path
 */
async function readWhole(path) {
  const panel = (await openReadable(path)).load();
  checkIndex(panel);
  let empty = 0;
  for (const name of panel.columnNames) empty += checkColumn(panel, name);
  if (typeof String(panel) !== "string") throw new Fault("cannot be printed");
  return { digest: digestOf(panel), rows: panel.rowCount, empty };
}

/**
 * Some rows first, gathered from the file, then column by column; the rows must be those of the whole.
 * @param {string} path
 */
async function readPieces(path) {
  const panel = await openReadable(path);
  const { instruments } = panel.index;
  const some = panel.window({
    universe: [...new Set([instruments[0], instruments.at(-1)])].filter((name) => name !== undefined),
  });
  const gathered = some.columnNames.map((name) => some.column(name).values);
  const rows = [];
  for (let row = 0; row < some.rowCount; row++) {
    const { datetime, instrument } = some.keyAt(row);
    const time = some.index.datetimes[some.index.sessionOf(row)];
    if (time === undefined) throw new Fault(`row ${row} has no session`);
    const session = panel.index.sessionAt(time);
    rows.push(panel.index.rowOf(session, panel.index.codeOf(instrument)));
    if (Number.isNaN(datetime.getTime())) throw new Fault(`row ${row} has no time`);
  }
  for (const [c, name] of panel.columnNames.entries()) {
    const { values } = panel.column(name);
    for (const [i, row] of rows.entries()) {
      if (!Object.is(gathered[c]?.[i], values[row])) {
        throw new Fault(
          `column ${JSON.stringify(name)}: row ${row} is ${values[row]}, or ${gathered[c]?.[i]} when gathered`,
        );
      }
    }
  }
  return { digest: digestOf(panel) };
}

/**
 * @template T
 * @param {() => Promise<T>} read
 * @returns {Promise<{ panel: T } | { refused: { code: string, message: string } }>}
 */
async function outcome(read) {
  try {
    return { panel: await read() };
  } catch (error) {
    if (error instanceof DataServiceError) return { refused: { code: error.code, message: error.message } };
    throw error;
  }
}

const STATUS = "/proc/self/status";
const hasStatus = existsSync(STATUS);

/** Virtual memory at its most, in bytes: counts what native code asked for, used or not. Only Linux tells; elsewhere 0. */
function peakBytes() {
  const line = hasStatus && /VmPeak:\s+(\d+) kB/.exec(readFileSync(STATUS, "utf8"));
  return line ? Number(line[1]) * 1024 : 0;
}

/** @param {string} path @param {boolean} isHdf5 */
async function judge(path, isHdf5) {
  try {
    if (isHdf5) await fillHeap(0xa5);
    const whole = await outcome(() => readWhole(path));
    if (isHdf5) await fillHeap(0x5a);
    const pieces = await outcome(() => readPieces(path));
    if ("refused" in whole && "refused" in pieces) return whole;
    if ("refused" in whole || "refused" in pieces) {
      const { message } = "refused" in whole ? whole.refused : /** @type {any} */ (pieces).refused;
      return { fault: `one of two reads is refused: ${message}` };
    }
    if (whole.panel.digest !== pieces.panel.digest) return { fault: "two reads give different panels" };
    return whole;
  } catch (error) {
    return {
      fault:
        error instanceof Fault ? error.message : `throws ${error instanceof Error ? error.stack : error}`,
    };
  }
}

process.on(
  "message",
  async (/** @type {{ id: number, path: string, isHdf5: boolean }} */ { id, path, isHdf5 }) => {
    asked.total = asked.most = memories = 0;
    const before = { peak: isHdf5 ? 0 : peakBytes(), resident: process.resourceUsage().maxRSS * 1024 };
    const verdict = await judge(path, isHdf5);
    const memory = {
      askedInAll: asked.total,
      askedAtOnce: asked.most,
      wasm: isHdf5 ? (await loadH5()).HEAPU8.byteLength : 0,
      reserved: isHdf5 ? 0 : peakBytes() - before.peak - memories * GUARD_BYTES,
      resident: process.resourceUsage().maxRSS * 1024 - before.resident,
    };
    process.send?.({ id, verdict, memory });
  },
);
process.send?.({ ready: true });
