import type { StructureBytes } from "./bytes.js";
import { expectChecksum, lookup3 } from "./checksum.js";
import { Cursor } from "./cursor.js";
import { mustHold } from "./needs-library.js";

/** Where a fractal heap keeps its objects, and the B-tree that lists them by name. */
export interface DenseStorage {
  readonly heap: number;
  readonly tree: number;
}

/** Links and attributes that are too many for an object header differ in what a record of their B-tree holds. */
export interface DenseKind {
  readonly treeType: number;
  readonly recordBytes: number;
  readonly idBytes: number;
  /** The hash of an object's name and its id in the heap, from a record. */
  record(fields: Cursor): { readonly hash: number; readonly id: Cursor };
}

export const DENSE_LINKS: DenseKind = {
  treeType: 5,
  recordBytes: 11,
  idBytes: 7,
  record: (fields) => ({ hash: fields.u32(), id: fields.part(7) }),
};

export const DENSE_ATTRIBUTES: DenseKind = {
  treeType: 8,
  recordBytes: 17,
  idBytes: 8,
  record(fields) {
    const id = fields.part(8);
    mustHold((fields.u8() & ~MESSAGE_FLAGS) === 0, "an attribute is shared");
    fields.u32(); // order of creation
    return { hash: fields.u32(), id };
  },
};

const MESSAGE_FLAGS = 0x05; // constant, or not to be shared

/**
 * The messages of a dense storage, by the order of their names' hashes; `nameOf` gives the bytes of a message's name.
 * Source: "HDF5 File Format Specification Version 3.0", III.A.2 version 2 B-trees, III.G fractal heaps.
 */
export function readDense<T>(
  file: StructureBytes,
  { heap, tree }: DenseStorage,
  kind: DenseKind,
  parse: (body: Cursor) => T,
  nameOf: (message: T) => string,
): T[] {
  const objectAt = readHeap(file, heap, kind.idBytes);
  const records = readTree(file, tree, kind);
  return records.map(({ hash, id }) => {
    const message = parse(objectAt(id));
    mustHold(lookup3(Buffer.from(nameOf(message), "latin1")) === hash, "a name has another hash");
    return message;
  });
}

/** The records of a B-tree of one leaf, in order. */
function readTree(file: StructureBytes, address: number, kind: DenseKind) {
  const head = file.structure(address, 38);
  head.signature("BTHD");
  head.expect([0, kind.treeType], "the kind of a B-tree");
  const nodeBytes = head.u32();
  mustHold(head.u16() === kind.recordBytes && head.u16() === 0, "a B-tree of several nodes");
  head.skip(2); // when to split and merge
  const root = head.u64();
  const count = head.u16();
  mustHold(head.u64() === count && nodeBytes >= 10 + count * kind.recordBytes, "a B-tree is too full");
  expectChecksum(head);
  const leaf = file.structure(root, nodeBytes);
  leaf.signature("BTLF");
  leaf.expect([0, kind.treeType], "the kind of a B-tree");
  const records = Array.from({ length: count }, () => kind.record(leaf));
  expectChecksum(leaf);
  for (let i = 1; i < count; i++) {
    mustHold(records[i]!.hash > records[i - 1]!.hash, "records are not in order");
  }
  return records;
}

/** What the header of a fractal heap tells of its blocks. */
interface HeapShape {
  readonly address: number;
  /** Blocks in a row; a row's blocks are as large as the first row's, twice as large from the third row on, and so on. */
  readonly width: number;
  readonly firstBytes: number;
  readonly mostBytes: number;
  readonly offsetBytes: number;
}

interface HeapBlock {
  /** Where its first byte, a header of its own included, lies in the heap. */
  readonly offset: number;
  readonly headBytes: number;
  readonly bytes: Buffer;
}

/** What gives an object of a heap by its id. Only objects in direct blocks, without filters, are found. */
function readHeap(file: StructureBytes, address: number, idBytes: number): (id: Cursor) => Cursor {
  const head = file.structure(address, 146);
  head.signature("FRHP");
  head.zeros(1); // version
  mustHold(head.u16() === idBytes && head.u16() === 0, "a heap with filters");
  mustHold(head.u8() === 2, "a heap whose blocks have no checksums");
  const mostObjectBytes = head.u32();
  head.zeros(8); // the next id of a huge object
  mustHold(head.isUndefined(), "a heap with huge objects");
  head.skip(8 + 8); // of its free space
  const space = head.u64();
  head.skip(8 + 8 + 8); // how much of it has blocks, and how many objects there are
  head.zeros(8 + 8 + 8 + 8); // huge and tiny objects
  const [width, firstBytes, mostBytes] = [head.u16(), head.u64(), head.u64()];
  const offsetBytes = Math.ceil(head.u16() / 8);
  head.skip(2); // rows to begin with
  const [root, rows] = [head.u64(), head.u16()];
  expectChecksum(head);
  mustHold(width > 0 && width <= 16 && firstBytes > 0 && mostBytes <= 1 << 16, "a heap of odd blocks");
  const shape = { address, width, firstBytes, mostBytes, offsetBytes };
  const blocks =
    rows === 0 ? [readBlock(file, shape, root, 0, firstBytes)] : readIndirect(file, shape, root, rows);
  const rowBytes = (row: number) => width * blockBytes(shape, row);
  const room =
    rows === 0 ? firstBytes : Array.from({ length: rows }, (_, row) => rowBytes(row)).reduce((a, b) => a + b);
  mustHold(space === room, "a heap that tells another size");
  const lengthBytes = byteLength(Math.min(mostBytes, mostObjectBytes));
  mustHold(idBytes >= 1 + offsetBytes + lengthBytes, "a heap with odd ids");
  return (id) => {
    id.zeros(1); // version 0, in a direct block
    const [offset, length] = [id.uint(offsetBytes), id.uint(lengthBytes)];
    const block = blocks.find(
      (b) => offset >= b.offset + b.headBytes && offset + length <= b.offset + b.bytes.length,
    );
    mustHold(block !== undefined && length > 0, "an object lies outside of its heap");
    mustHold(length <= Math.min(mostBytes, mostObjectBytes), "an object is too large for its heap");
    return new Cursor(block.bytes, offset - block.offset, offset - block.offset + length);
  };
}

/** How many bytes hold a number up to `most`. */
function byteLength(most: number): number {
  return Math.floor(Math.log2(most) / 8) + 1;
}

function blockBytes({ firstBytes }: HeapShape, row: number): number {
  return firstBytes * 2 ** Math.max(0, row - 1);
}

function readIndirect(file: StructureBytes, shape: HeapShape, address: number, rows: number): HeapBlock[] {
  const { width, mostBytes, offsetBytes } = shape;
  mustHold(rows <= 16, "a heap of many blocks");
  const block = file.structure(address, 13 + offsetBytes + 8 * width * rows + 4);
  block.signature("FHIB");
  block.zeros(1); // version
  mustHold(block.u64() === shape.address, "a block of another heap");
  block.zeros(offsetBytes);
  const blocks: HeapBlock[] = [];
  let offset = 0;
  for (let row = 0; row < rows; row++) {
    const bytes = blockBytes(shape, row);
    mustHold(bytes <= mostBytes, "a heap of several levels");
    for (let i = 0; i < width; i++, offset += bytes) {
      if (!block.isUndefined()) blocks.push(readBlock(file, shape, block.u64(), offset, bytes));
    }
  }
  expectChecksum(block);
  return blocks;
}

function readBlock(
  file: StructureBytes,
  shape: HeapShape,
  address: number,
  offset: number,
  bytes: number,
): HeapBlock {
  mustHold(bytes <= shape.mostBytes, "a heap of odd blocks");
  const all = file.own(address, bytes);
  const block = new Cursor(all);
  block.signature("FHDB");
  block.zeros(1); // version
  mustHold(block.u64() === shape.address, "a block of another heap");
  mustHold(block.uint(shape.offsetBytes) === offset, "a block of a heap lies elsewhere");
  const cleared = Buffer.from(all); // the checksum is of the block with zeros in its place
  cleared.fill(0, block.at, block.at + 4);
  mustHold(lookup3(cleared) === block.u32(), "a checksum does not hold");
  return { offset, headBytes: block.at, bytes: all };
}
