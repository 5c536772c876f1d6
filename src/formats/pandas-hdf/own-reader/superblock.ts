import { SIGNATURE } from "../h5-format.js";
import type { StructureBytes } from "./bytes.js";
import { expectChecksum } from "./checksum.js";
import { mustHold, NotPlain } from "./needs-library.js";

/** What the superblock tells, as far as it is needed. */
export interface PlainSuperblock {
  /** Where the root group's object header lies. */
  readonly root: number;
  /** Of the nodes of old groups (version 0): how many entries a symbol-table node and a B-tree node have room for. */
  readonly leafEntries: number;
  readonly treeEntries: number;
}

/**
 * A superblock at byte 0 of version 0, 2 or 3, with 8-byte offsets and lengths, and without a driver or an extension.
 * Source: "HDF5 File Format Specification Version 3.0", II.A.
 */
export function readPlainSuperblock(bytes: StructureBytes): PlainSuperblock {
  const version = bytes.look(0, 9)[8]!;
  if (version === 0) return readVersion0(bytes);
  if (version === 2 || version === 3) return readVersion2(bytes);
  throw new NotPlain(`a superblock of version ${version}`);
}

function readVersion0(bytes: StructureBytes): PlainSuperblock {
  const block = bytes.structure(0, 96);
  block.expect(SIGNATURE, "the signature");
  block.zeros(5); // versions of the superblock, free space, root entry; reserved; version of shared messages
  block.expect([8, 8, 0], "the size of offsets and lengths");
  const [leafK, treeK] = [block.u16(), block.u16()];
  mustHold(leafK > 0 && leafK <= 256 && treeK > 0 && treeK <= 256, "nodes are of an odd size");
  block.zeros(4); // consistency flags
  block.zeros(8); // base address
  mustHold(block.isUndefined(), "free space is tracked");
  bytes.endAt(block.u64());
  mustHold(block.isUndefined(), "there is a driver block");
  block.zeros(8); // the root has no name
  const root = block.u64();
  mustHold(block.u32() <= 1, "a root entry of another kind"); // 1: its B-tree and heap are named here too
  block.zeros(4);
  return { root, leafEntries: 2 * leafK, treeEntries: 2 * treeK };
}

function readVersion2(bytes: StructureBytes): PlainSuperblock {
  const block = bytes.structure(0, 48);
  block.expect(SIGNATURE, "the signature");
  block.u8(); // version
  block.expect([8, 8], "the size of offsets and lengths");
  block.zeros(1); // consistency flags: set while somebody writes
  block.zeros(8); // base address
  mustHold(block.isUndefined(), "the superblock has an extension");
  bytes.endAt(block.u64());
  const root = block.u64();
  expectChecksum(block);
  return { root, leafEntries: 0, treeEntries: 0 };
}
