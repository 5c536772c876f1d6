import type { ReadInto } from "#src/files/byte-file.js";
import { headerMessages } from "#src/formats/pandas-hdf/object-header.js";
import { inRegions, type Mutation, type Region } from "./byte-mutations.js";

/** Message types of an object header ("HDF5 File Format Specification", IV.A.2). */
const MESSAGES: Readonly<Record<number, string>> = {
  1: "dataspace",
  3: "datatype",
  5: "fill value",
  8: "layout",
  11: "filters",
  12: "attribute",
  16: "continuation",
  17: "symbol table",
};

/** The structures of an HDF5 file as PyTables writes it, found by their signatures. */
function structures(bytes: Buffer): Region[] {
  const regions: Region[] = [{ first: 8, last: 96, what: "superblock" }];
  for (const at of signatures(bytes, "SNOD")) {
    const entries = bytes.readUInt16LE(at + 6);
    regions.push({ first: at, last: at + 8 + 40 * entries, what: "symbol node" });
    for (let i = 0; i < entries && at + 48 + 40 * i <= bytes.length; i++) {
      regions.push(...objectHeader(bytes, Number(bytes.readBigUInt64LE(at + 16 + 40 * i))));
    }
  }
  for (const at of signatures(bytes, "HEAP")) regions.push({ first: at, last: at + 32, what: "local heap" });
  for (const at of signatures(bytes, "TREE")) {
    const isChunks = bytes[at + 4] === 1;
    regions.push({
      first: at + 4,
      last: at + (isChunks ? 200 : 64),
      what: isChunks ? "chunk tree" : "group tree",
    });
  }
  return regions;
}

function objectHeader(bytes: Buffer, address: number): Region[] {
  const read: ReadInto = (into, position) => into.set(bytes.subarray(position, position + into.length));
  const messages = headerMessages(read, address, bytes.length) ?? [];
  const regions: Region[] = [{ first: address, last: address + 16, what: "object header" }];
  for (const { type, position, body } of messages) {
    const what = MESSAGES[type];
    if (what === undefined) continue;
    regions.push({ first: position, last: position + body.byteLength, what });
    const isLayout = type === 8 && body.byteLength >= 18; // a heap of texts may look like a header
    const isContiguous = isLayout && body.getUint8(0) === 3 && body.getUint8(1) === 1;
    if (isContiguous) {
      const first = Number(body.getBigUint64(2, true));
      const last = first + Number(body.getBigUint64(10, true));
      // The codes of rows and the levels are the small ones of a file's contiguous datasets.
      if (last <= bytes.length && last - first < 4096)
        regions.push({ first, last, what: "levels and codes" });
    }
    if (isLayout && body.getUint8(1) === 2)
      regions.push(...chunks(bytes, Number(body.getBigUint64(3, true))));
  }
  return regions;
}

/** The stored bytes of the chunks that the leaf at `tree` names: dimensionality is told by the width of its keys. */
function chunks(bytes: Buffer, tree: number): Region[] {
  if (bytes.toString("latin1", tree, tree + 4) !== "TREE") return [];
  const regions: Region[] = [];
  for (const dimensions of [1, 2]) {
    const [keyBytes, count] = [8 + 8 * (dimensions + 1), bytes.readUInt16LE(tree + 6)];
    for (let i = 0; i < count; i++) {
      const key = tree + 24 + i * (keyBytes + 8);
      if (key + keyBytes + 8 > bytes.length) break;
      const [size, first] = [bytes.readUInt32LE(key), Number(bytes.readBigUInt64LE(key + keyBytes))];
      regions.push({ first: key, last: key + keyBytes + 8, what: "chunk key" });
      if (size > 0 && first + size <= bytes.length)
        regions.push({ first, last: first + size, what: "chunk" });
    }
  }
  return regions;
}

function signatures(bytes: Buffer, signature: string): number[] {
  const found: number[] = [];
  for (let at = bytes.indexOf(signature); at >= 0; at = bytes.indexOf(signature, at + 1)) found.push(at);
  return found;
}

const inStructures = inRegions(structures);

/** Puts the value of one attribute, or the layout or type of one dataset, in the place of another's. */
const swapMessages: Mutation = (bytes, random) => {
  const found = structures(bytes);
  const what = random.pick(["attribute", "attribute", "datatype", "dataspace", "layout", "filters"]);
  const some = found.filter((region) => region.what === what && region.last <= bytes.length);
  if (some.length < 2) return undefined;
  const [a, b] = [random.pick(some), random.pick(some)];
  const length = Math.min(a.last - a.first, b.last - b.first);
  const out = Buffer.from(bytes);
  out.set(bytes.subarray(b.first, b.first + length), a.first);
  out.set(bytes.subarray(a.first, a.first + length), b.first);
  return { bytes: out, what: `${what} messages at ${a.first} and ${b.first} swapped` };
};

export const hdf5Mutations: readonly Mutation[] = [inStructures, swapMessages];
