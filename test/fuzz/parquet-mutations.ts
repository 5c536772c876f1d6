import { inRegions, type Mutation, type Region } from "./byte-mutations.js";

/** Bytes of a page header that hold its type, sizes, counts and encodings. */
const HEADER_BYTES = 24;

/** The footer, and what begins as page headers do: field 1 (type) is an i32 of value 0, 2 or 3, then field 2 an i32. */
function structures(bytes: Buffer): Region[] {
  const regions: Region[] = [];
  const last = bytes.length - 8;
  if (last > 4) {
    const first = Math.max(4, last - bytes.readUInt32LE(last));
    regions.push({ first, last, what: "footer" }, { first: last, last: last + 4, what: "footer length" });
  }
  for (let at = 4; at + HEADER_BYTES < bytes.length; at++) {
    const isHeader = bytes[at] === 0x15 && bytes[at + 2] === 0x15 && [0, 4, 6].includes(bytes[at + 1]!);
    if (isHeader) regions.push({ first: at, last: at + HEADER_BYTES, what: "page header" });
  }
  return regions;
}

/** Makes one thrift varint of the footer or of a page header huge: its bytes get their continuation bits. */
const longVarint: Mutation = (bytes, random) => {
  const found = structures(bytes).filter(({ last }) => last <= bytes.length);
  if (found.length === 0) return undefined;
  const region = random.pick(found);
  const at = region.first + random.below(Math.max(1, region.last - region.first - 6));
  const out = Buffer.from(bytes);
  out.set([0xfe, 0xff, 0xff, 0xff, 0x0f].slice(random.below(3)), at);
  return { bytes: out.subarray(0, bytes.length), what: `${region.what}: varint at ${at} made huge` };
};

export const parquetMutations: readonly Mutation[] = [inRegions(structures), longVarint];
