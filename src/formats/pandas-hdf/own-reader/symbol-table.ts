import type { StructureBytes } from "./bytes.js";
import { Cursor } from "./cursor.js";
import { mustHold } from "./needs-library.js";
import type { PlainSuperblock } from "./superblock.js";

const HEAP_HEAD_BYTES = 32;
const TREE_HEAD_BYTES = 24;
const ENTRY_BYTES = 40;
/** Ends a heap's list of free blocks. */
const NO_MORE_FREE = 1;

/**
 * The objects of an old group, from its B-tree of one level: name to the address of the object header.
 * Source: "HDF5 File Format Specification Version 3.0", III.A.1 version 1 B-trees, III.B symbol-table nodes,
 * III.D local heaps, IV.A.2.r symbol-table message.
 */
export function readSymbolTable(
  file: StructureBytes,
  tree: number,
  heap: number,
  { leafEntries, treeEntries }: PlainSuperblock,
): ReadonlyMap<string, number> {
  mustHold(leafEntries > 0, "an old group in a new file");
  const nameAt = readHeap(file, heap);
  // A node takes its full room, whatever it holds.
  const node = file.structure(tree, TREE_HEAD_BYTES + treeEntries * 16 + 8);
  node.signature("TREE");
  node.zeros(2); // of a group, a leaf
  const count = node.u16();
  mustHold(count <= treeEntries && node.isUndefined() && node.isUndefined(), "a B-tree of several nodes");
  const links = new Map<string, number>();
  let last = nameAt(node.u64());
  for (let i = 0; i < count; i++) {
    const entries = file.structure(node.u64(), 8 + leafEntries * ENTRY_BYTES);
    const before = last;
    last = readNode(entries, leafEntries, before, nameAt, links);
    // The key behind a node is its last name: libhdf5 finds a name by them.
    mustHold(last > before && nameAt(node.u64()) === last, "a B-tree key is another");
  }
  return links;
}

/** Takes the entries of a symbol-table node, whose names must come one after another and after `last`; gives the last one. */
function readNode(
  node: Cursor,
  leafEntries: number,
  last: string,
  nameAt: (offset: number) => string,
  links: Map<string, number>,
): string {
  node.signature("SNOD");
  node.expect([1, 0], "the version of a symbol-table node");
  const count = node.u16();
  mustHold(count <= leafEntries, "a symbol-table node is too full");
  let previous = last;
  for (let i = 0; i < count; i++) {
    const name = nameAt(node.u64());
    mustHold(name > previous, "names are not in order");
    links.set(name, node.u64());
    mustHold(node.u32() <= 1, "a soft link"); // nothing cached, or where a group's B-tree and heap are
    node.zeros(4);
    node.skip(16);
    previous = name;
  }
  return previous;
}

/** What finds the text at an offset of a local heap. */
function readHeap(file: StructureBytes, address: number): (offset: number) => string {
  const head = file.structure(address, HEAP_HEAD_BYTES);
  head.signature("HEAP");
  head.zeros(4); // version, reserved
  const size = head.u64();
  const free = head.u64();
  const segment = file.own(head.u64(), size);
  checkFree(segment, free);
  return (offset) => {
    const end = segment.indexOf(0, offset);
    mustHold(offset < size && end >= 0, "a name does not end");
    const name = segment.toString("latin1", offset, end);
    mustHold(isPlainName(name), "a name of other characters");
    return name;
  };
}

/** A damaged list of a heap's free blocks is not needed, but libhdf5 would refuse it. */
function checkFree(segment: Buffer, first: number): void {
  let free = first;
  for (let blocks = 0; free !== NO_MORE_FREE; blocks++) {
    mustHold(blocks * 16 < segment.length && free > 0, "a damaged list of free blocks");
    mustHold(free + 16 <= segment.length, "a damaged list of free blocks");
    const block = new Cursor(segment, free);
    const next = block.u64();
    mustHold(free + block.u64() <= segment.length, "a damaged list of free blocks");
    free = next;
  }
}

/** Of ASCII characters, which sort the same whether by bytes or by characters. */
export function isPlainName(name: string): boolean {
  return /^[ -~]*$/.test(name);
}
