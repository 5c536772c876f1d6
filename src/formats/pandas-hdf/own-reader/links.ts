import { MESSAGE } from "../h5-format.js";
import type { StructureBytes } from "./bytes.js";
import type { Cursor } from "./cursor.js";
import { DENSE_LINKS, readDense } from "./dense.js";
import type { PlainMessage } from "./header.js";
import { mustHold } from "./needs-library.js";
import type { PlainSuperblock } from "./superblock.js";
import { isPlainName, readSymbolTable } from "./symbol-table.js";

/** The objects of a group, old or new: name to the address of the object header. */
export function readLinks(
  file: StructureBytes,
  superblock: PlainSuperblock,
  messages: readonly PlainMessage[],
): ReadonlyMap<string, number> {
  const table = messages.filter(({ type }) => type === MESSAGE.symbolTable);
  const infos = messages.filter(({ type }) => type === MESSAGE.linkInfo);
  mustHold(table.length + infos.length === 1, "a group of two kinds");
  const hints = messages.filter(({ type }) => type === MESSAGE.groupInfo);
  mustHold(hints.length <= 1, "a group of two kinds");
  for (const { body } of hints) body.zeros(body.left);
  const compact = messages.filter(({ type }) => type === MESSAGE.link).map(({ body }) => readLink(body));
  if (table.length === 1) {
    mustHold(compact.length === 0, "a group of two kinds");
    const { body } = table[0]!;
    return readSymbolTable(file, body.u64(), body.u64(), superblock);
  }
  const dense = readStorage(infos[0]!.body);
  mustHold(dense === undefined || compact.length === 0, "a group of two kinds");
  const links = dense ? readDense(file, dense, DENSE_LINKS, readLink, ({ name }) => name) : compact;
  const map = new Map(links.map(({ name, address }) => [name, address]));
  mustHold(map.size === links.length, "two links have one name");
  return map;
}

/**
 * Where links or attributes lie that are too many for the object header, from a link info or attribute info message;
 * undefined where none are. Source: "HDF5 File Format Specification Version 3.0", IV.A.2.c and v.
 */
export function readStorage(fields: Cursor): { heap: number; tree: number } | undefined {
  fields.zeros(2); // version; no order of creation
  if (!fields.isUndefined()) return { heap: fields.u64(), tree: fields.u64() };
  mustHold(fields.isUndefined(), "a B-tree without a heap");
  return undefined;
}

/** A hard link. Source: IV.A.2.g. */
function readLink(fields: Cursor): { name: string; address: number } {
  fields.expect([1], "the version of a link");
  const flags = fields.u8();
  mustHold(flags <= 3, "a link that is not a plain one");
  const name = fields.text(fields.uint(1 << flags));
  mustHold(name !== "" && isPlainName(name), "a name of other characters");
  return { name, address: fields.u64() };
}
